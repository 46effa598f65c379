import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { needsMore } from './syntax.ts'
import { drive, SHOP, sessionOn } from './testing/session-on.ts'

/** One cluster for lines that change nothing in it. */
const shared = sessionOn()
const out = (line: string) => shared.run(line).out
const both = (line: string) => {
  const { status, out: text } = shared.run(line)
  return [text, status]
}

describe('lines', () => {
  it.each([
    ['echo \'a  b\' "c  d" e\\ f', 'a  b c  d e f\n'],
    ['echo \'$HOME \\n\' "\\$x \\\\ \\a"', '$HOME \\n $x \\ \\a\n'],
    ['x="a   b"; echo $x; echo "$x"', 'a b\na   b\n'],
    ['x=1 y=2; echo "$x${y}3" ${z:-none} "${z-}" ${#x} ${x:+set}', '123 none  1 set\n'],
    ['echo ${z:-"d  e"} ${z:-d  e}; x=1; echo $(false)$?', 'd  e d e\n0\n'],
    ['(echo $((1/0))); echo after', 'after\n'],
    ['x=web.default.svc; echo ${x%%.*} ${x%.*} ${x#*.} ${x##*.}', 'web web.default default.svc svc\n'],
    ['echo "$(echo a   b)" $(echo a   b) `echo c`', 'a   b a b c\n'.replace('a   b a b', 'a b a b')],
    ['echo $((2 + 3 * (4 - 1))) $((7 / 2)) $((7 % 2)) $((3 > 2 && 1 < 2))', '11 3 1 1\n'],
    ['i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done', '0\n1\n2\n'],
    ['for x in a "b c" d; do echo "<$x>"; done', '<a>\n<b c>\n<d>\n'],
    ['for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done', '1\n3\n'],
    ['if false; then echo a; elif true; then echo b; else echo c; fi', 'b\n'],
    ['until true; do echo never; done; echo $?', '0\n'],
    ['false || echo or; true && echo and; ! false && echo not', 'or\nand\nnot\n'],
    ['x=1; (x=2; echo $x); echo $x; { x=3; }; echo $x', '2\n1\n3\n'],
    ['echo a#b # c', 'a#b\n'],
    ['echo one\\\n  two', 'one two\n'],
    ['x=5; cat <<EOF\nx is $x, $(echo y), \\$z\nEOF', 'x is 5, y, $z\n'],
    ["cat <<'EOF'\n$x `y`\nEOF", '$x `y`\n'],
    ['cat <<-EOF\n\t\ta\n\tEOF', 'a\n'],
    ['set -- a "b c"; for x in "$@"; do echo "<$x>"; done; echo $#', '<a>\n<b c>\n2\n'],
    ["sh -c 'echo $0 $1' x y; x=1 sh -c 'echo \"$x\"'", 'sh y\n1\n'],
    ['printf "%s-%03d|%-4s|\\n" a 7 b c 8 d', 'a-007|b   |\nc-008|d   |\n'],
  ])('[SH-1] %s', (line, expected) => {
    expect(out(line)).toBe(expected)
  })

  it.each([
    ['echo "open', 'unterminated quoted string'],
    ['for i in 1 2; do echo', 'unexpected end of file'],
    ['if true; then', 'unexpected end of file'],
    ['cat <<EOF\nx', 'here-document without its end'],
    ['echo a |', 'unexpected end of file'],
    ['echo $(echo a', 'unexpected end of file'],
    ['echo ${x', 'unexpected end of file'],
    ['echo $((1 +', 'unterminated'],
  ])('[SH-1] asks for more after %s', (line, message) => {
    expect(needsMore(line)).toBe(true)
    const { status, err } = shared.run(line)
    expect([status, err]).toEqual([2, expect.stringContaining(message)])
  })

  it.each([
    ['done', 'unexpected "done"'],
    ['echo a ;; echo b', 'unexpected ";;"'],
    ['| cat', 'unexpected "|"'],
    ['sleep 5 &', 'background'],
    ['[[ a == a ]]', '[[ is not POSIX: write [ '],
    ['f() echo', 'the body of f is { …; }'],
  ])('[SH-1] says what it does not take: %s', (line, message) => {
    expect(needsMore(line)).toBe(false)
    expect(shared.run(line).err).toContain(message)
  })
})

describe('pipes and files', () => {
  it.each([
    ['printf "b\\na\\nb\\n" | sort | uniq -c', '      1 a\n      2 b\n'],
    ['seq 10 | head -3 | tail -1', '3\n'],
    ['seq 5 | while read n; do echo "<$n>"; done | grep -v 3 | wc -l', '4\n'],
    ['echo "a b c" | cut -d" " -f2,3; echo abc | tr a-c A-C', 'b c\nABC\n'],
    ['printf "x 1\\ny 2\\n" | awk \'{print $2, $1}\'', '1 x\n2 y\n'],
    ['printf "a:b\\n" | awk -F: \'$1 == "a" {print "<" $NF ">"}\'', '<b>\n'],
    ['printf "b 2\\na 10\\n" | sort -k2n; printf "x" | while read l; do echo never; done', 'b 2\na 10\n'],
    ['printf "10.0.0.1\\n" | sed -E \'s/([0-9]+)\\.([0-9]+)/\\2-\\1/\'', '0-10.0.1\n'],
    ['echo aXbX | sed s/X/y/g', 'ayby\n'],
    ['printf "Ab\\nab\\ncd\\n" | grep -i -c AB; printf "a1b22\\n" | grep -oE "[0-9]+"', '2\n1\n22\n'],
    ['echo err >&2 | cat; echo gone > /dev/null; echo kept 2>&1 | cat', 'kept\n'],
    ['echo a > f.txt; echo b >> f.txt; cat f.txt; wc -l < f.txt; rm f.txt', 'a\nb\n2\n'],
    ['ls; head -n 2 app.yaml | grep kind', 'app.yaml\n'],
  ])('[SH-2] %s', (line, expected) => {
    expect(out(line)).toBe(expected)
  })

  it('[SH-2] a writer ends when its reader has gone, and the last status counts', () => {
    expect(both('while true; do echo x; done | head -2')).toEqual(['x\nx\n', 0])
    expect(both('false | true')).toEqual(['', 0])
    expect(both('true | grep x')).toEqual(['', 1])
    expect(both('kubectl get nothing 2>/dev/null | cat; echo $?')).toEqual(['0\n', 0])
  })

  it("[SH-2] the editor's files are not overwritten", () => {
    expect(shared.run('echo x > app.yaml').err).toContain("can't create app.yaml")
    expect(out('cat app.yaml')).toBe(SHOP)
  })
})

describe('bounds', () => {
  it.each([
    'while true; do :; done',
    'while true; do x=$x$x.; done',
    'seq 1000000000 | sort',
    'x=aaaaaaaaaaaaaaaaaaaaaaaaaaaa; while true; do x=$x$x; done',
    'while true; do echo x; done | grep y',
    'x=\'sh -c "$x"\'; export x; sh -c "$x"',
    `${'time '.repeat(500)}true`,
    `${'('.repeat(500)}true${')'.repeat(500)}`,
    'seq 3000 | tr "\\n" a | grep -E "(a*)*(a*)*(a*)*b"',
  ])('[SH-3] is ended: %s', (line) => {
    const { status, err } = shared.run(line)
    expect(status).not.toBe(0)
    if (!line.startsWith('seq 3000')) expect(err).toMatch(/stopped|too (long|deeply|much)/)
  })

  const word = fc.oneof(
    fc.constantFrom(
      ...[
        'echo',
        'kubectl',
        'get',
        'svc',
        'curl',
        '-v',
        '-s',
        'web',
        'cart',
        '|',
        '||',
        '&&',
        ';',
        '\n',
        '>',
        '<',
        '>>',
        '2>&1',
      ],
      ...['$(', ')', '(', '{', '}', '`', '"', "'", '\\', '$x', '${x', '${x:-', '$((', '))', 'x=1', '<<EOF', 'EOF', '#'],
      ...[
        'for',
        'i',
        'in',
        'do',
        'done',
        'while',
        'until',
        'if',
        'then',
        'else',
        'fi',
        'true',
        'false',
        'sleep',
        '1',
        'watch',
      ],
      ...[
        'grep',
        '-E',
        '[a',
        '(a|b)*',
        'head',
        '-n',
        'sed',
        's/a/b/',
        'awk',
        '{print $1}',
        'dig',
        '+short',
        'ping',
        '-c',
        'exec',
      ],
      ...[
        '-it',
        'client',
        '--',
        'sh',
        'ssh',
        'node-1',
        'outside',
        'exit',
        'read',
        'xargs',
        'iptables',
        '-nL',
        'conntrack',
        'nc',
        '-zv',
      ],
      ...[
        'env',
        'test',
        '[',
        ']',
        '-f',
        'tr',
        'cut',
        'sort',
        'uniq',
        'seq',
        'printf',
        '%s',
        '%5d',
        'date',
        'time',
        'set',
        'shift',
      ],
    ),
    fc.string({ maxLength: 8 }),
  )

  it('[SH-3] no line makes it throw or go on for ever', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 14 }), fc.boolean(), (words, spaced) => {
        const { session, cluster } = shared
        const line = words.join(spaced ? ' ' : '')
        const ran = drive(session, cluster, session.run(line), 20)
        expect(ran.status).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 400 },
    )
  })

  it('[SH-3] any text is a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (line) => {
        const { session, cluster } = shared
        drive(session, cluster, session.run(line), 20)
      }),
      { numRuns: 300 },
    )
  })
})

describe('time', () => {
  it('[SH-4] passes while commands wait, and output comes at its moment', () => {
    const { run, cluster } = sessionOn()
    const before = cluster.now
    expect(run('sleep 2; sleep 500ms; sleep 1m').took).toBe(62_500)
    expect(cluster.now).toBe(before + 62_500)
    expect(run('echo a').took).toBe(0)
    const [first, second] = run('date +%s; sleep 90; date +%s').out.trim().split('\n').map(Number)
    expect(second! - first!).toBe(90)
  })

  it('[SH-4] watch and loops with sleep go on until they are stopped', () => {
    const { run, session } = sessionOn()
    const watched = run('watch -n 5 kubectl get svc web', 4)
    expect(watched.out.match(/Every 5\.0s: kubectl get svc web/g)).toHaveLength(5)
    expect(watched.took).toBe(20_000)
    expect(session.status).toBe(130)
    expect(run('while true; do echo x; sleep 1; done', 3).out).toBe('x\nx\nx\nx\n')
    expect(run('for i in 1 2 3; do echo $i; sleep 1; done | head -2').out).toBe('1\n2\n')
  })

  it('[SH-4] the same lines on the same cluster give the same output', () => {
    const lines = [
      'kubectl exec client -- curl -sv http://web',
      'pod/client',
      'dig web.default',
      'for i in 1 2 3; do curl -s web; done',
    ]
    expect(sessionOn().transcript(lines)).toBe(sessionOn().transcript(lines))
  })
})

describe('places', () => {
  it('[SH-5] kubectl works on the workstation, which is a machine outside the cluster', () => {
    const { run, session } = sessionOn()
    expect(run('curl web')).toMatchObject({ status: 6, err: expect.stringContaining('Could not resolve host: web') })
    expect(run('curl -s http://172.18.0.11:30080')).toMatchObject({
      status: 0,
      out: expect.stringContaining('asked by'),
    })
    expect(run('ip addr')).toMatchObject({
      status: 127,
      err: expect.stringMatching(/^sh: ip: not found\n# ip works where/),
    })
    expect(run('kubectl exec -it client -- sh').status).toBe(0)
    expect(session.prompt).toBe('client:/ # ')
    expect(run('hostname').out).toBe('client\n')
    expect(run('kubectl get svc').err).toContain('works on the workstation')
    expect(run('iptables-save').err).toContain('a node')
    expect(run('nginx').err).toContain('this is no Unix')
    expect(run('exit 0').status).toBe(0)
    expect(session.prompt).toBe('lab/default $ ')
    run('ssh node-2')
    expect(run('hostname; hostname -i').out).toBe('node-2\n172.18.0.12\n')
    run('exit')
    run('outside')
    expect(run('hostname -i').out).toBe('198.51.100.10\n')
    run('exit')
    expect(session.ended).toBeUndefined()
    run('exit 3')
    expect(session.ended).toBe(3)
  })

  it('[SH-5] kubectl exec runs a command and says how it ended', () => {
    const { run } = sessionOn()
    expect(run('kubectl exec client -- hostname').out).toBe('client\n')
    expect(run('kubectl exec deploy/web -- hostname').out).toMatch(/^web-/)
    expect(run("kubectl exec client -- sh -c 'echo $HOSTNAME; exit 5'")).toMatchObject({
      status: 5,
      out: 'client\n',
      err: 'command terminated with exit code 5\n',
    })
    expect(run('echo hostname | kubectl exec -i client -- sh').out).toBe('client\n')
    expect(run('kubectl exec nobody -- true').err).toBe('Error from server (NotFound): pods "nobody" not found\n')
    expect(run('kubectl exec client true').err).toMatch(/^error: exec \[POD\] \[COMMAND\] is not supported anymore/)
    expect(run('kubectl exec client').err).toMatch(/^error: you must specify at least one command for the container\n/)
  })

  it('[SH-5] a shell in a container ends with it', () => {
    const { run, session, cluster } = sessionOn()
    run('kubectl exec -it client -- sh')
    cluster.delete('Pod', 'default', 'client', { gracePeriodSeconds: 0 })
    cluster.settle()
    expect(run('hostname')).toMatchObject({ err: expect.stringContaining('command terminated with exit code 137\n') })
    expect(session.place.type).toBe('workstation')
  })

  it('[SH-5] kubectl run -it --rm leads into its pod, and takes it away when the shell is left', () => {
    const { run, session, cluster } = sessionOn()
    const before = cluster.now
    run('kubectl run probe --rm -it --image=busybox -- sh')
    expect(session.prompt).toBe('probe:/ # ')
    expect(cluster.now - before).toBeLessThan(5000)
    expect(run('curl -s -o /dev/null -w "%{http_code}" http://web').out).toBe('200')
    expect(run('exit').out).toContain('pod "probe" deleted')
    expect(session.place.type).toBe('workstation')
    run('sleep 40')
    expect(cluster.get('Pod/default/probe')).toBeUndefined()
  })

  it('[SH-5] commands change the cluster: a label that is broken is seen by curl, and mended', () => {
    const { run } = sessionOn()
    const curl = () => run('kubectl exec client -- curl -s -m 2 -o /dev/null -w "%{http_code}" http://web').out
    expect(curl()).toBe('200')
    run(`kubectl patch svc web -p '{"spec":{"selector":{"app":"wbe"}}}'; sleep 2`)
    expect(curl()).toBe('000')
    run('kubectl set selector svc web app=web; sleep 2')
    expect(curl()).toBe('200')
  })
})
