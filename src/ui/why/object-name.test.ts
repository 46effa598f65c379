import { describe, expect, test } from 'vitest'
import { fieldName, objectName, shortName } from './object-name.ts'

const range = { file: 'app.yaml', from: 0, to: 1, line: 9, column: 1, endLine: 9, endColumn: 2 }

describe('names of objects and fields', () => {
  test('the namespace is said when it is not the default one', () => {
    expect(objectName('Service/default/web')).toBe('Service web')
    expect(objectName('Service/shop/web')).toBe('Service shop/web')
    expect(objectName('Node//node-1')).toBe('Node node-1')
    expect(shortName('default', 'web')).toBe('web')
  })

  test('a link to a line says file, line and the last name of the path', () => {
    const field = { object: 'Service/default/web', path: ['spec', 'ports', 0, 'targetPort'] }
    expect(fieldName(field, range)).toBe('app.yaml:9 targetPort')
    expect(fieldName({ ...field, path: ['spec', 'ports', 0] }, range)).toBe('app.yaml:9 ports')
    expect(fieldName({ ...field, path: [] }, range)).toBe('app.yaml:9')
  })

  test('what no line says is named by its object and field', () => {
    expect(fieldName({ object: 'ReplicaSet/default/web-1', path: ['spec', 'replicas'] }, null)).toBe(
      'ReplicaSet web-1 · spec.replicas',
    )
  })
})
