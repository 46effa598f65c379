/** A name as it is meant in a folder. */
export const inFolder = (folder: string, name: string): string =>
  name.startsWith('/') || folder === '/' ? name : `${folder}/${name.replace(/^\.\//, '')}`
