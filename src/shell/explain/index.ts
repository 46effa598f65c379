import { type ApiDocs, readApiDocs } from './api-docs.ts'
import { API_DOCS_TEXT } from './api-docs-text.ts'

let docs: ApiDocs | undefined

/** The API's docs, for programs that have them at hand; a page loads them when somebody asks (`loadApiDocs`). */
export const apiDocs: ApiDocs = (apiVersion, kind) => {
  docs ??= readApiDocs(API_DOCS_TEXT)
  return docs(apiVersion, kind)
}
