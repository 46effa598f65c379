import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanShell } from './sh-scan.ts'

const names = (line: string) => scanShell(line)?.commands.map((c) => c.words[0]?.literal ?? c.assigns.join())

describe('what a shell line runs', () => {
  it.each([
    ['kubectl get pods', ['kubectl']],
    ['kubectl get pods | grep web | wc -l', ['kubectl', 'grep', 'wc']],
    ['for i in 1 2 3; do curl -s http://web/$i; sleep 1; done', ['i', 'curl', 'sleep']],
    ['while true; do curl web; done | head -3', ['true', 'curl', 'head']],
    [
      'if kubectl get pod a; then echo yes; elif true; then echo; else echo no; fi',
      ['kubectl', 'echo', 'true', 'echo', 'echo'],
    ],
    ['x=$(kubectl get svc web -o name) && echo "$x $(date)"', ['kubectl', 'x', 'date', 'echo']],
    ['( cd a; { ls; } ) > out 2>&1 &', ['cd', 'ls', '']],
    ["kubectl apply -f - <<'EOF'\nkind: $(x)\nEOF", ['kubectl']],
    ['cat <<-A; echo\n\ta $x\n\tA\necho more', ['cat', 'echo', 'echo']],
    ['! a || b && c', ['a', 'b', 'c']],
    ['echo $((1 + $x)) ${x:-y} # not rm', ['echo']],
    ['# only a comment', []],
    ['a \\\n  -b', ['a']],
  ])('%s', (line, commands) => {
    expect(names(line)).toEqual(commands)
  })

  it.each([
    'echo "a',
    "echo 'a",
    'echo `rm x`',
    'a |',
    '| a',
    'a &&',
    ';',
    'a ;; b',
    '(a',
    'a)',
    'f() { a; }',
    'x=(1 2)',
    'for i in 1; do',
    'cat <<EOF',
    'cat <<EOF\n$(rm)\nEOF',
    'cat <(a)',
    'case a in b) c;; esac',
    '[[ a ]]',
    'time a',
    '{ a }',
    'if a; fi',
    'echo ${x@P}',
    "echo $'a'",
    'done',
    'a\r\nb',
    'while a; do ; done',
    '$(cat <<E)\nE',
  ])('%s: is not looked into', (line) => {
    expect(scanShell(line)).toBeUndefined()
  })

  it('tells what is certain of a word', () => {
    const [command] = scanShell(`curl "http://$ip:80/" 'a b'c\\ d ~/x {a,b} -n{}`)!.commands
    expect(command!.words.map((w) => [w.literal, w.begins])).toEqual([
      ['curl', 'curl'],
      [undefined, 'http://'],
      ['a bc d', 'a bc d'],
      [undefined, ''],
      [undefined, ''],
      ['-n{}', '-n{}'],
    ])
  })

  it('what is looked into, bash reads to its end', () => {
    const pieces = [
      ...[
        'a',
        'b c',
        'if',
        'then',
        'else',
        'elif',
        'fi',
        'for i in',
        'do',
        'done',
        'while',
        '{',
        '}',
        '(',
        ')',
        '!',
        ';',
        '&',
        '&&',
        '||',
      ],
      ...[
        '|',
        '\n',
        ' ',
        '#',
        "'",
        '"',
        '$',
        '$(',
        '$((',
        '))',
        '${x',
        '}',
        '<<E',
        "<<'E'",
        'E',
        '\nE\n',
        '>',
        '2>&1',
        '<',
        'x=',
        '\\',
        '`',
      ],
      ...['*', '[', ']', '~', 'in', 'case', '=', '-', 'echo', '$x', '"$x"', '&>', '>|', '>>f', '<<-E', '\t'],
    ]
    const lines: string[] = []
    const line = fc
      .array(fc.constantFrom(...pieces), { maxLength: 12 })
      .map((all) => all.join(' ').replaceAll(' \n ', '\n'))
    fc.assert(
      fc.property(
        fc.oneof(
          line,
          line.map((l) => l.replaceAll(' ', '')),
        ),
        (text) => {
          if (scanShell(text)) lines.push(text)
        },
      ),
      { numRuns: 30_000, seed: 10 },
    )
    expect(lines.length).toBeGreaterThan(1000)
    // each in a file of its own would take long: a mark behind each shows that it ended where it should
    const script = lines.map((text, i) => `:\n${text}\n: mark ${i}\n`).join('')
    const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })
    const where = /line (\d+)/.exec(stderr)
    const near = where
      ? script
          .split('\n')
          .slice(Math.max(0, Number(where[1]) - 6), Number(where[1]) + 1)
          .join('\n')
      : ''
    expect(`${status} ${stderr}${near}`).toBe('0 ')
  })
})
