// monaco-yaml's worker: completion, hover and validation by schema.
import 'monaco-yaml/yaml.worker.js'
