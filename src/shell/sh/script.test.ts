import { describe, expect, it } from 'vitest'
import { needsMore } from './index.ts'
import { sessionOn } from './testing/session-on.ts'

/** Lines, and what dash 0.5 with busybox's tools prints for them. */
const SAME_AS_DASH: readonly (readonly [line: string, out: string])[] = [
  ['case abc in a*) echo yes;; *) echo no;; esac', 'yes\n'],
  ['x=web-1; case $x in db*|cache*) echo a;; (web-[0-9]) echo match;; esac', 'match\n'],
  ['case "a*" in "a*") echo literal;; esac; case ab in "a*") echo no;; [!b]?) echo set;; esac', 'literal\nset\n'],
  ['case "$x" in "") echo empty ;; esac; case z in a) ;; esac; echo $?', 'empty\n0\n'],
  ['f() { echo "hi $1"; return 3; echo never; }; f there; echo $?', 'hi there\n3\n'],
  ['f() { local x=1; y=2; echo $x; }; x=5; f; echo $x $y', '1\n5 2\n'],
  ['f() { for i in 1 2 3; do [ $i = 2 ] && return; echo $i; done; }; f; set -- a b; f x; echo $1', '1\n1\na\n'],
  ['fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1 - 1))) )); fi; }; fact 5', '120\n'],
  ['up() ( cd /; x=9; ); x=1; up; echo $x', '1\n'],
  ['f() { echo out; }; f | tr a-z A-Z; echo $(f)', 'OUT\nout\n'],
  ['eval "x=5"; eval echo \\$x; command -v echo; type f 2>&1', '5\necho\nf: not found\n'],
  ['i=0; while [ $((i+=1)) -le 3 ]; do echo $i; done', '1\n2\n3\n'],
  [
    'x=5; echo $((x++ + ++x)) $x $((x>6?1:0)) $((0x10)) $((010)) $((6&3|8)) $((1<<4)) $((1,2))',
    '12 7 1 16 8 10 16 2\n',
  ],
  ['x=1; : $((0 && (x=9))); echo $x', '1\n'],
  ['IFS=:; x=a:b::c; set -- $x; echo $# $4; IFS=", "; x="a, b,c"; set -- $x; echo $#-$2', '4 c\n3-b\n'],
  ['printf "a:b c:d\\n" | while IFS=: read x y; do echo "[$x][$y]"; done', '[a][b c:d]\n'],
  ['printf "  a  \\n" | { IFS= read -r l; echo "[$l]"; }; echo "[$IFS]" | head -c 2', '[  a  ]\n[ '],
  ['set -- ; echo "$@" $#; set -- "a b" c; for x; do echo "$x"; done; IFS=-; echo "$*"', '0\na b\nc\na b-c\n'],
  ["sh -c 'set -e; false || true; if false; then :; fi; ! true; echo on; false; echo never'; echo $?", 'on\n1\n'],
  ["sh -c 'set -u; echo ${x-ok}; echo $x; echo never' 2>/dev/null; echo $?", 'ok\n2\n'],
  ['sh -c \'trap "echo bye" EXIT; echo hi; exit 3\'; echo $?', 'hi\nbye\n3\n'],
  ['( trap "echo bye" 0; echo hi )', 'hi\nbye\n'],
  [
    'x=a/b/c.txt; echo ${x##*/} ${x%.*} ${x#*/} ${x%%/*}; y="*"; echo ${x%"$y"} "${x##*/}" "${x%%[/]*}"',
    'c.txt a/b/c b/c.txt a\na/b/c.txt c.txt a\n',
  ],
  ['HOME=/root; echo ~ ~/x "~" a~', '/root /root/x ~ a~\n'],
  ['x=1 eval "echo \\$x"; echo "[$x]"', '1\n[1]\n'],
  ['seq -w 8 10; seq -s, 3; seq 0 0.5 1; seq 3 -1 2', '08\n09\n10\n1,2,3\n0.0\n0.5\n1.0\n3\n2\n'],
  ['basename /a/b.txt .txt; dirname /a/b; printf "a\\nb\\n" | tac; echo abc | rev', 'b\n/a\nb\na\ncba\n'],
  [
    'printf "a\\nb\\n" | nl; printf "a\\nb\\n" | paste -sd, -; echo hi | base64; echo aGkK | base64 -d',
    '     1\ta\n     2\tb\na,b\naGkK\nhi\n',
  ],
  ['expr 1 + 2; expr 7 / 2; yes x | head -2; cat /dev/null', '3\n3\nx\nx\n'],
]

const ROWS = 'printf "NAME READY RESTARTS\\nweb-1 1/1 0\\nweb-2 0/1 3\\ndb 2/2 12\\n" | '
const FILTERED: readonly (readonly [filter: string, out: string])[] = [
  ["awk 'NR>1 && $3>2 {print $1, $3}'", 'web-2 3\ndb 12\n'],
  ["awk '{s+=$3} END {print s, NR}'", '15 4\n'],
  ['awk \'{split($1, a, "-"); c[a[1]]++} END {for (k in c) print k, c[k]}\' | sort', 'NAME 1\ndb 1\nweb 2\n'],
  ['awk \'NR>1 {printf "%-6s|%3d\\n", $1, $3}\'', 'web-1 |  0\nweb-2 |  3\ndb    | 12\n'],
  ['awk \'{$2="x"; print}\' | tail -1', 'db x 12\n'],
  ['awk \'/web-1/,/db/ {n=gsub(/[0-9]+/, "<&>"); print n, $1}\'', '4 web-<1>\n4 web-<2>\n3 db\n'],
  ['awk \'{ if ($3 > 2) print "big"; else if ($3 == 0) print "zero"; else next }\'', 'big\nzero\nbig\nbig\n'],
  [
    'awk \'BEGIN {while (i<2) print i++; for (;;) if (++n>2) break; print n, 1/3, 1e6, "a" < "b", length("xyz")}\'',
    '0\n1\n3 0.333333 1000000 1 3\n',
  ],
  ['awk -v n=2 -F/ \'{print NF*n, toupper(substr($1, 1, 2)), index($0, "web")}\' | head -2', '2 NA 0\n4 WE 1\n'],
  ["awk '!seen[substr($1,1,3)]++ {print $1}'", 'NAME\nweb-1\ndb\n'],
  ['awk \'NR==2 {exit 3} END {print "end"}\'; echo $?', 'end\n3\n'],
  ["awk 'function f(x, y) {y = x * 2; return y} NR>1 {print f($3), y}'", '0 \n6 \n24 \n'],
  [
    'awk \'function say(t) {print "<" t ">"; return 1} {if (say($1)) print "after"; if (NR==2) exit}\'',
    '<NAME>\nafter\n<web-1>\nafter\n',
  ],
  ["awk 'function add(a, k) {a[k]++} {add(n, NF)} END {for (k in n) print k, n[k]}'", '3 4\n'],
  ["awk 'function fib(n) {return n < 2 ? n : fib(n-1) + fib(n-2)} END {print fib(10)}'", '55\n'],
  ["sed -n '2,3p' | sed 's/ .*//'", 'web-1\nweb-2\n'],
  ["sed '1d;$d;s/\\([a-z]*\\)-\\([0-9]\\)/\\2\\1/'", '1web 1/1 0\n2web 0/1 3\n'],
  ["sed -n '/web-1/,/db/{s/ .*//;p}'", 'web-1\nweb-2\ndb\n'],
  ["sed '/web/!d' | sed 'N;s/\\n/ + /'", 'web-1 1/1 0 + web-2 0/1 3\n'],
  ["sed -n '$='; echo", '4\n\n'],
  ["sed '2q' | sed -e 's/web/X/' -e '$a end'", 'NAME READY RESTARTS\nX-1 1/1 0\nend\n'],
  ["sed '2i head\n2c changed' | sed -n '2,3p'", 'head\nchanged\n'],
  ["sed 'y/abc/xyz/;s/[0-9]/(&)/2' | tail -1", 'dy 2/(2) 12\n'],
  ["sed '$!N;$!D'", 'web-2 0/1 3\ndb 2/2 12\n'],
]

describe('scripts', () => {
  it.each(SAME_AS_DASH)('[SH-1] %s', (line, out) => {
    expect(sessionOn().run(line)).toMatchObject({ out, err: '' })
  })

  it.each(FILTERED)('[SH-1] … | %s', (filter, out) => {
    expect(sessionOn().run(ROWS + filter)).toMatchObject({ out, err: '' })
  })

  it('[SH-1] a function that is typed in several lines is kept, and is there in the shell that was entered only', () => {
    const { run } = sessionOn()
    expect(needsMore('f() {\n')).toBe(true)
    expect(needsMore('case x in\n')).toBe(true)
    run('say() {\n  echo "said $1"\n}\n')
    expect(run('say it').out).toBe('said it\n')
    run('pod/client')
    expect(run('say it').status).toBe(127)
    run('exit')
    expect(run('say again').out).toBe('said again\n')
  })

  it('[SH-1] file patterns stand for the files that fit, or for themselves', () => {
    const { run } = sessionOn()
    run('echo x > a.txt; echo y > b.txt; echo z > .hidden')
    expect(run('echo *.txt "*.txt" *.nope [ab].yaml ?.txt').out).toBe(
      'a.txt b.txt *.txt *.nope [ab].yaml a.txt b.txt\n',
    )
    expect(run('for f in *.txt *.yaml; do cat $f | head -1; done').out).toMatch(/^x\ny\n/)
    expect(run('x="*.txt"; echo $x "$x"; set -f; echo *.txt; set +f').out).toBe('a.txt b.txt *.txt\n*.txt\n')
    run('pod/client')
    expect(run('ls /etc/*; echo /etc/host*').out).toBe(
      '/etc/hostname\n/etc/hosts\n/etc/resolv.conf\n/etc/hostname /etc/hosts\n',
    )
    expect(run("curl -s 'http://web/?x=1' >/dev/null; echo $?").out).toBe('0\n')
  })

  it("[SH-1] braces are taken by the person's own shell, and not by the sh of a container", () => {
    const { run } = sessionOn()
    expect(run('for i in {1..3} {c..a} x{a,b}y; do echo $i; done').out).toBe('1\n2\n3\nc\nb\na\nxay\nxby\n')
    expect(run('echo "{1..3}" \'{a,b}\' {x} {} {1..2}{a,b} ; x=2; echo {1..$x}').out).toBe(
      '{1..3} {a,b} {x} {} 1a 1b 2a 2b\n{1..2}\n',
    )
    expect(run('echo {1..99999}').err).toContain('more than 1000 words')
    run('pod/client')
    expect(run('for i in {1..3}; do echo $i; done')).toMatchObject({
      out: '{1..3}\n',
      err: '# {1..3} is taken by bash, not by this sh: write $(seq 1 3)\n',
    })
  })

  it('[SH-1] mistakes in them are said', () => {
    const { run } = sessionOn()
    expect(run("echo x | awk '{print $1'")).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^awk: .*"}" is missing/),
    })
    expect(run("echo x | awk 'BEGIN {getline}'").err).toBe('awk: "getline" is not there\n')
    expect(run('echo x | sed bla').err).toMatch(/^sed: "b" is not there: s, y, d, p/)
    expect(run("echo x | sed 's/a/b'").err).toContain('unterminated')
    expect(run('esac').err).toBe('sh: syntax error: unexpected "esac"\n')
    expect(run('case x in a echo;; esac').err).toMatch(/^sh: syntax error: unexpected/)
    expect(run('local x=1').err).toBe('local: not in a function\n')
    expect(run('set -o nothing').status).toBe(2)
    expect(run('trap "echo x" INT').err).toContain('only EXIT is simulated')
  })

  it('[SH-4] timeout ends what waits, after simulated time', () => {
    const { run } = sessionOn()
    expect(run('timeout 3 sleep 60; echo $?')).toMatchObject({ out: '143\n', err: 'Terminated\n', took: 3000 })
    expect(run('timeout 3 sleep 1; echo $?')).toMatchObject({ out: '0\n', took: 1000 })
    expect(run('timeout 2 kubectl get pods -w | wc -l').took).toBe(2000)
  })

  it('[SH-3] what has no end in itself ends', () => {
    const { run } = sessionOn()
    for (const line of [
      'f() { f; }; f',
      'awk \'BEGIN {while (1) x = x "aaaaaaaaaa"}\'',
      "awk 'BEGIN {for (;;) a[i++] = i}'",
      'yes > /dev/null',
      "printf 'a\\n' | sed ':a;N;ba'",
      'while :; do case x in x) ;; esac; done',
      'eval "$(yes)"',
    ]) {
      const { status } = run(line, 50)
      expect(status, line).toBeGreaterThan(0)
    }
  })
})
