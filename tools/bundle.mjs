/**
 * TypeScript for Node 20, which does not run it: an entry is bundled into .cache/, and again when one of its sources is newer.
 * `const { main } = await import(await bundle('conformance/main.ts'))`.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The URL of the up-to-date bundle of a TypeScript file, named relative to the repository. Throws when it cannot be built. */
export async function bundle(entry) {
  const name = entry.replace(/\.[^.]*$/, '').replaceAll('/', '-')
  const out = `${root}.cache/bundle/${name}.mjs`
  const list = `${out}.inputs.json`
  if (!isFresh(out, list)) {
    const { build } = await import('esbuild')
    mkdirSync(`${root}.cache/bundle`, { recursive: true })
    // written beside and moved: two runs at the same time do not read each other's half
    const half = `${out}.${process.pid}`
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: half,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      sourcemap: 'inline',
      sourcesContent: false,
      metafile: true,
      logLevel: 'error',
    })
    writeFileSync(list, JSON.stringify(Object.keys(metafile.inputs)))
    renameSync(half, out)
  }
  return pathToFileURL(out).href
}

/** Made after the last change of every file that went into it. */
function isFresh(out, list) {
  if (!existsSync(out) || !existsSync(list)) return false
  const made = statSync(out).mtimeMs
  const inputs = [...JSON.parse(readFileSync(list, 'utf8')), 'package-lock.json', 'tools/bundle.mjs']
  return inputs.every((path) => existsSync(root + path) && statSync(root + path).mtimeMs < made)
}
