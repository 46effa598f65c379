import { configureMonacoYaml, type JSONSchema } from 'monaco-yaml'
import schemaUrl from './k8s-schema.json?url'
import * as monaco from './monaco.ts'
import { yamlTokens } from './yaml-tokens.ts'

type RawMarkers = (model: monaco.editor.ITextModel, markers: readonly monaco.editor.IMarkerData[]) => void

/** Texts above this many characters are edited without schema: its worker would be busy for long. */
export const SCHEMA_LIMIT = 300_000

/**
 * Teaches Monaco YAML with the Kubernetes schema. `onMarkers` gets what the schema finds, instead of the model: who it belongs to decides
 * what is shown. Two things of monaco-yaml 5.5.1 are mended here for monaco-editor 0.57: it asks for its worker in an old way, and its
 * violations arrive as warnings.
 */
export async function setUpYaml(onMarkers: RawMarkers): Promise<void> {
  self.MonacoEnvironment = {
    getWorker: () => new Worker(new URL('./editor.worker.ts', import.meta.url), { type: 'module', name: 'editor' }),
  }
  const schema = (await (await fetch(schemaUrl)).json()) as JSONSchema
  const mended = {
    ...monaco,
    editor: {
      ...monaco.editor,
      setModelMarkers: (model: monaco.editor.ITextModel, _: string, markers: monaco.editor.IMarkerData[]) =>
        onMarkers(model, markers),
      createWebWorker(options: {
        createData?: unknown
        host?: Record<string, (...args: never[]) => unknown>
        keepIdleModels?: boolean
      }) {
        const worker = new Worker(new URL('./yaml.worker.ts', import.meta.url), { type: 'module', name: 'yaml' })
        worker.postMessage('ignore')
        worker.postMessage(options.createData)
        return monaco.editor.createWebWorker({
          worker,
          ...(options.host && { host: options.host }),
          ...(options.keepIdleModels !== undefined && { keepIdleModels: options.keepIdleModels }),
        })
      },
    },
  }
  monaco.languages.register({ id: 'yaml' })
  monaco.languages.setTokensProvider('yaml', yamlTokens)
  configureMonacoYaml(mended as never, {
    completion: true,
    hover: true,
    hoverSchemaSource: false,
    validate: true,
    format: { enable: false },
    isKubernetes: true,
    enableSchemaRequest: false,
    yamlVersion: '1.1',
    schemas: [{ uri: 'kubernetes://schema.json', fileMatch: ['*'], schema }],
  })
}
