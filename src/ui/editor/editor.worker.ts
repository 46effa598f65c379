// Monaco's own worker (words for completion, links), as a file of this origin: by itself Monaco would start it from a blob, which the CSP forbids.
import 'monaco-editor/editor/editor.worker.js'
