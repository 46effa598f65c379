/** The import table of DESIGN (see ARCHITECTURE.md) as a function over file texts; `src/architecture.test.ts` runs it. */
import { posix } from 'node:path'
import ts from 'typescript-js'

/** One thing that the table forbids, in words that say what to do instead. */
export interface Violation {
  readonly file: string
  readonly line: number
  readonly message: string
}

interface Area {
  /** other folders of src/ */
  readonly folders: readonly string[]
  readonly packages: readonly string[]
  /** Single doors into folders that are otherwise closed: the file that may be imported. */
  readonly doors?: readonly string[]
}

/** Who may import what. A folder that is not here is itself a violation. */
const TABLE: Readonly<Record<string, Area>> = {
  model: { folders: [], packages: [] },
  words: { folders: ['model'], packages: [] },
  manifest: { folders: ['model'], packages: [] },
  engine: { folders: ['model'], packages: ['@noble/hashes'] },
  shell: { folders: ['model', 'words', 'manifest', 'engine'], packages: [] },
  worker: { folders: ['model', 'words', 'manifest', 'engine', 'shell'], packages: [] },
  scene: { folders: ['model', 'words'], packages: [] },
  scenarios: { folders: ['model'], packages: [] },
  session: { folders: ['model', 'manifest', 'scenarios'], packages: ['zustand', 'fflate'] },
  ui: {
    folders: ['model', 'words', 'manifest', 'scene', 'session'],
    packages: [
      'react',
      'react-dom',
      '@xyflow/react',
      'monaco-editor',
      'monaco-yaml',
      'lucide-react',
      'react-resizable-panels',
      'zustand',
    ],
  },
  /** src/*.ts(x): the composition root. The worker is started by URL, never imported. */
  '': { folders: ['model', 'session', 'ui'], packages: ['react', 'react-dom'] },
}

/** Folders beside src/. Node's own modules are free to them. */
const OUTER: Readonly<Record<string, Area>> = {
  cli: {
    folders: ['model', 'words', 'manifest', 'engine', 'shell'],
    packages: ['esbuild'],
    // the codec of shared links: pure, without the session's store; the API's docs at once, where a page loads them when asked; the
    // cluster with its shells as the page's worker runs it
    doors: ['src/session/share/index.ts', 'src/shell/explain/index.ts', 'src/worker/index.ts'],
  },
  conformance: {
    folders: ['model', 'words', 'manifest', 'engine', 'shell'],
    packages: ['esbuild'],
    doors: ['src/shell/explain/index.ts'],
  },
  e2e: { folders: [], packages: ['@playwright/test', '@axe-core/playwright'] },
}

/** Inside the engine each imports to its left; what stands directly in src/engine/ comes last. */
const ENGINE_ORDER = ['core', 'api', 'workload', 'network', 'node', 'control', 'text', 'why', '']

/** Folders whose subfolders are parts of their own, entered by their index.ts only; elsewhere subfolders are drawers of one part. */
const PARTED = new Set(['engine', 'ui'])

const CLOCK_AND_CHANCE = [
  /^Date\.now$/,
  /^Math\.random$/,
  /^performance$/,
  /^localeCompare$/,
  /^Intl$/,
  /^toLocale\w+$/,
]
const ENGINE_BANNED = [
  ...CLOCK_AND_CHANCE,
  /^new Date$/,
  /^Date\(/,
  /^(async|await|Promise|queueMicrotask|setTimeout|setInterval|setImmediate|requestAnimationFrame)$/,
  /^(globalThis|process|crypto|fetch|WeakRef|FinalizationRegistry)$/,
]
/** Folders that must answer the same everywhere and always, without the engine's stricter rules. */
const PURE = new Set(['model', 'words', 'manifest', 'shell', 'scene', 'scenarios'])

const CODE = /\.(ts|tsx|mjs|js)$/
const isTest = (path: string) => /\.test\.tsx?$/.test(path) || path.includes('/testing/')
const inside = (path: string, folder: string) => path.startsWith(`${folder}/`)

/** `src/engine/core/x.ts` → `engine`; `src/main.tsx` → ''; undefined beyond src/. */
function folderOf(path: string): string | undefined {
  if (!inside(path, 'src')) return undefined
  const rest = path.slice('src/'.length)
  return rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : ''
}

/** The folder below the top one: `src/engine/core/x.ts` → `core`, `src/engine/x.ts` → ''. */
function subfolderOf(path: string): string {
  const parts = path.split('/')
  return parts.length > 3 ? parts[2]! : ''
}

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

interface Import {
  readonly specifier: string
  readonly line: number
}

/** Every import of a file: static, type only, re-export, dynamic, in a type, worker and asset URLs apart. */
function importsOf(path: string, text: string): Import[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false)
  const found: Import[] = []
  const add = (node: import('typescript-js').Node, specifier: import('typescript-js').Node | undefined) => {
    if (!specifier) return
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
    found.push({ specifier: ts.isStringLiteralLike(specifier) ? specifier.text : '(computed)', line: line + 1 })
  }
  const visit = (node: import('typescript-js').Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node, node.moduleSpecifier)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal)
    else if (ts.isCallExpression(node)) {
      const { expression } = node
      if (expression.kind === ts.SyntaxKind.ImportKeyword) add(node, node.arguments[0])
      else if (ts.isIdentifier(expression) && expression.text === 'require') add(node, node.arguments[0])
      else if (expression.getText(source).startsWith('import.meta.glob')) add(node, node.arguments[0] ?? node)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Words of the code itself (no comments, no strings), with what stands right before or after joined where it matters. */
function* wordsOf(path: string, text: string): Generator<{ word: string; line: number }> {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false)
  const lineOf = (node: import('typescript-js').Node) =>
    source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1
  const stack: import('typescript-js').Node[] = [source]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const line = lineOf(node)
    if (ts.isPropertyAccessExpression(node)) {
      yield { word: node.name.text, line }
      const object = node.expression
      if (ts.isIdentifier(object)) yield { word: `${object.text}.${node.name.text}`, line }
      stack.push(object)
      continue
    }
    if (ts.isNewExpression(node)) yield { word: `new ${node.expression.getText(source)}`, line }
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) yield { word: `${node.expression.text}(`, line }
    if (ts.isIdentifier(node)) yield { word: node.text, line }
    if (node.kind === ts.SyntaxKind.AsyncKeyword) yield { word: 'async', line }
    if (ts.isAwaitExpression(node)) yield { word: 'await', line }
    // A property's own name is nobody's global: `{document: 1}`, `interface X {self: …}`.
    const name = ts.isPropertyAssignment(node) || ts.isPropertySignature(node) ? node.name : undefined
    ts.forEachChild(node, (child) => {
      if (child !== name) stack.push(child)
    })
  }
}

/** One array for each set of files that import each other in a ring. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const cycles: string[][] = []
  const visit = (file: string): void => {
    order.set(file, order.size)
    low.set(file, order.get(file)!)
    open.push(file)
    isOpen.add(file)
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) {
        visit(next)
        low.set(file, Math.min(low.get(file)!, low.get(next)!))
      } else if (isOpen.has(next)) low.set(file, Math.min(low.get(file)!, order.get(next)!))
    }
    if (low.get(file) !== order.get(file)) return
    const ring = open.splice(open.indexOf(file))
    for (const member of ring) isOpen.delete(member)
    if (ring.length > 1 || graph.get(file)?.includes(file)) cycles.push(ring.sort())
  }
  for (const file of [...graph.keys()].sort()) if (!order.has(file)) visit(file)
  return cycles
}

/**
 * Holds files against the import table.
 * @param files path from the repository's root, with `/` → text. Others than src, cli, conformance and e2e are passed over.
 */
export function checkArchitecture(files: ReadonlyMap<string, string>): Violation[] {
  const violations: Violation[] = []
  const graph = new Map<string, string[]>()
  for (const path of [...files.keys()].sort()) {
    if (!CODE.test(path) || isTest(path)) continue
    const folder = folderOf(path)
    const outer = folder === undefined ? OUTER[path.split('/')[0]!] : undefined
    if (folder === undefined && !outer) continue
    const area = folder === undefined ? outer : TABLE[folder]
    const say = (line: number, message: string) => violations.push({ file: path, line, message })
    if (!area) {
      say(1, `src/${folder}/ is not in the import table`)
      continue
    }
    const text = files.get(path)!
    const targets: string[] = []
    graph.set(path, targets)

    for (const { specifier, line } of importsOf(path, text)) {
      if (!specifier.startsWith('.')) {
        const isNode = specifier.startsWith('node:')
        if (specifier === '(computed)') {
          if (folder !== undefined) say(line, 'imports by a computed name, which no table can check')
        } else if (isNode ? folder !== undefined : !area.packages.includes(packageOf(specifier))) {
          say(
            line,
            `${folder === undefined ? path.split('/')[0] : `src/${folder}`} may not import the package ${specifier}`,
          )
        }
        continue
      }
      // texts of a folder's own are no imports
      const ownTexts = /^\.\/[^.]+\.(yaml|txt|json)$/.test(specifier)
      if (specifier.includes('*') && !ownTexts) {
        say(line, 'import.meta.glob goes around the import table')
        continue
      }
      const target = posix.join(posix.dirname(path), specifier.replace(/\?.*$/, ''))
      const isCode = CODE.test(target)
      if (files.has(target) && isCode) targets.push(target)
      if (isTest(target)) say(line, `imports ${target}, which is for tests`)
      const to = folderOf(target)
      if (to === undefined) {
        const ownArea = folder === undefined && (inside(target, path.split('/')[0]!) || inside(target, 'tools'))
        if (!ownArea) say(line, `imports ${target}, beyond src/`)
        continue
      }
      if (!isCode && /\/[^./]+$/.test(target)) say(line, `imports ${specifier} without its extension`)
      if (area.doors?.includes(target)) continue
      if (to === folder) checkInside(path, target, isCode, line, say)
      else if (!area.folders.includes(to)) {
        const name = folder === undefined ? path.split('/')[0] : folder === '' ? 'src/*.ts' : folder
        say(line, `${name} may not import ${to === '' ? target : to}`)
      } else if (isCode && !/\/index\.tsx?$/.test(target)) {
        say(line, `imports ${target}: across folders only index.ts is imported`)
      } else if (isCode && subfolderOf(target) !== '') {
        say(line, `imports ${target}: across folders only src/${to}/index.ts is imported`)
      }
    }

    const banned =
      folder === 'engine' ? ENGINE_BANNED : folder !== undefined && PURE.has(folder) ? CLOCK_AND_CHANCE : []
    if (banned.length > 0) {
      const seen = new Set<string>()
      for (const { word, line } of wordsOf(path, text)) {
        const at = `${line} ${word}`
        if (!banned.some((pattern) => pattern.test(word)) || seen.has(at)) continue
        seen.add(at)
        say(line, `uses ${word.replace(/\($/, '')}: time and chance come from the cluster, and nothing waits`)
      }
    }
  }
  for (const ring of cyclesOf(graph)) {
    violations.push({ file: ring[0]!, line: 1, message: `import cycle: ${ring.join(' → ')} → ${ring[0]}` })
  }
  return violations
}

function checkInside(
  path: string,
  target: string,
  isCode: boolean,
  line: number,
  say: (line: number, message: string) => void,
): void {
  const [from, to] = [subfolderOf(path), subfolderOf(target)]
  if (from === to || !isCode) return
  if (folderOf(path) === 'engine') {
    const [a, b] = [ENGINE_ORDER.indexOf(from), ENGINE_ORDER.indexOf(to)]
    if (a < 0 || b < 0) say(line, `engine/${a < 0 ? from : to}/ is not in the engine's order`)
    else if (b > a) say(line, `engine/${from} may not import engine/${to || 'index'}: schedule a task instead`)
  }
  // From below up to the folder's own files there is no index to go through; into a part of its own there is.
  if (PARTED.has(folderOf(path)!) && to !== '' && !/\/index\.tsx?$/.test(target)) {
    say(line, `imports ${target}: across folders only index.ts is imported`)
  }
}
