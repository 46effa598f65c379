import { FORBIDDEN } from './yaml-characters.ts'
import { parseDocument } from './yaml-parser.ts'
import { YamlProblem } from './yaml-problem.ts'
import { ConversionProblem, decodeNode } from './yaml-value.ts'

/**
 * The value of a YAML or JSON text that need not be an object (a patch), or Go's words for what is wrong with it. Of several documents
 * the first counts. sigs.k8s.io/yaml YAMLToJSON (v1.6)
 */
export function readValue(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly words: string } {
  try {
    if (FORBIDDEN.test(text)) throw new YamlProblem('control characters are not allowed', 0, 1)
    const { root } = parseDocument(text.endsWith('\n') ? text : `${text}\n`)
    return { ok: true, value: root ? decodeNode(root).value : null }
  } catch (problem) {
    if (!(problem instanceof YamlProblem)) throw problem
    return { ok: false, words: problem instanceof ConversionProblem ? problem.words : `yaml: ${problem.words}` }
  }
}
