// Pieces of C and what `long test(void)` of each gives. The values are gcc's: test/oracle/interpreterCases.test.ts compiles every one
// of them and compares.
export interface Case {
  readonly title: string;
  readonly c: string;
  readonly value: bigint;
}

const LIST = `
struct list_head { struct list_head *next, *prev; };
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - __builtin_offsetof(type, member)))
#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_for_each_entry(pos, head, member) \\
	for (pos = list_entry((head)->next, __typeof__(*pos), member); \\
	     &pos->member != (head); \\
	     pos = list_entry(pos->member.next, __typeof__(*pos), member))
static inline void list_add(struct list_head *n, struct list_head *head)
{
	n->next = head->next;
	n->prev = head;
	head->next->prev = n;
	head->next = n;
}
struct avc { int value; struct list_head same; long more; };
`;

export const CASES: readonly Case[] = [
  {
    title: 'arithmetic and precedence',
    c: 'long test(void) { return 2 + 3 * 4 - 10 / 3 % 2 << 1 | 1; }',
    value: 27n,
  },
  {
    title: 'unsigned long wraps',
    c: 'long test(void) { unsigned long a = 0; a--; return a == ~0UL && a > 5 && a + 1 == 0; }',
    value: 1n,
  },
  {
    title: 'the largest unsigned long',
    c: 'long test(void) { unsigned long a = ~0UL; return a / 3; }',
    value: 6148914691236517205n,
  },
  {
    title: 'int overflow wraps as unsigned',
    c: 'long test(void) { unsigned int a = 4000000000u; return a + 500000000u; }',
    value: 205032704n,
  },
  {
    title: 'signed and unsigned compare',
    c: 'long test(void) { int a = -1; unsigned int b = 1; return a > b; }',
    value: 1n,
  },
  {
    title: 'signed long and unsigned int compare',
    c: 'long test(void) { long a = -1; unsigned int b = 1; return a < b; }',
    value: 1n,
  },
  { title: 'division truncates', c: 'long test(void) { return -7 / 2 * 10 + -7 % 2; }', value: -31n },
  { title: 'shifts of negative numbers', c: 'long test(void) { long a = -16; return a >> 2; }', value: -4n },
  {
    title: 'shifts beyond 32 bits',
    c: 'long test(void) { return (1UL << 40) + (1UL << 3 | 1UL << 33); }',
    value: 1108101562376n,
  },
  {
    title: 'masks',
    c: 'long test(void) { unsigned long a = 0x123456789abcdefUL; return a & ~0xfffUL; }',
    value: 81985529216483328n,
  },
  {
    title: 'casts cut',
    c: 'long test(void) { return (unsigned char)300 + (signed char)200 + (short)70000; }',
    value: 4452n,
  },
  { title: '_Bool', c: 'long test(void) { _Bool a = 42, b = 0; return a * 10 + b + !a; }', value: 10n },
  {
    title: 'compound assignment',
    c: 'long test(void) { int a = 5; a += 3; a <<= 2; a ^= 1; a %= 20; a |= 64; return a; }',
    value: 77n,
  },
  {
    title: 'increment',
    c: 'long test(void) { int a = 5; int b = a++ + ++a; return b * 100 + a--; }',
    value: 1207n,
  },
  {
    title: 'the ternary and ?:',
    c: 'long test(void) { int a = 0, b = 7; return (a ?: b) * 10 + (b ? a : 3); }',
    value: 70n,
  },
  {
    title: 'short circuit',
    c: 'static int n; static int f(void) { n++; return 1; } long test(void) { (void)(0 && f()); (void)(1 || f()); (void)(1 && f()); return n; }',
    value: 1n,
  },
  { title: 'comma', c: 'long test(void) { int a, b; a = (b = 3, b + 1); return a * b; }', value: 12n },
  {
    title: 'loops',
    c: 'long test(void) { int s = 0; for (int i = 0; i < 10; i++) { if (i == 3) continue; if (i == 8) break; s += i; } while (s > 20) s -= 3; do s++; while (s < 21); return s; }',
    value: 21n,
  },
  {
    title: 'switch falls through',
    c: 'long test(void) { int s = 0; for (int i = 0; i < 5; i++) switch (i) { case 1: s += 1; case 2: s += 10; break; case 3: case 4: s += 100; break; default: s += 1000; } return s; }',
    value: 1221n,
  },
  {
    title: 'goto forward, backward and out',
    c: 'long test(void) { int i = 0, s = 0; again: i++; for (;;) { for (;;) { s += i; if (s > 10) goto out; if (i < 3) goto again; i++; } } out: return s * 100 + i; }',
    value: 1505n,
  },
  {
    title: 'goto into a block',
    c: 'long test(void) { int s = 1; goto in; if (s) { s += 5; in: s += 10; } return s; }',
    value: 11n,
  },
  {
    title: 'recursion',
    c: 'static long f(long n) { return n < 2 ? n : f(n - 1) + f(n - 2); } long test(void) { return f(15); }',
    value: 610n,
  },
  {
    title: 'pointers to locals',
    c: 'static void set(int *p, int v) { *p = v; } long test(void) { int a = 1, *q = &a; set(q, 5); (*q)++; return a; }',
    value: 6n,
  },
  {
    title: 'arrays',
    c: 'long test(void) { int a[4] = { 1, 2, [3] = 9 }; int *p = a; p += 2; *p = 7; return a[0] + a[2] * 10 + p[1] * 100 + (p - a); }',
    value: 973n,
  },
  {
    title: 'two dimensions',
    c: 'long test(void) { int a[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } }; return a[1][2] * 10 + a[0][1] + sizeof(a); }',
    value: 86n,
  },
  {
    title: 'struct layout',
    c: 'struct s { char a; int b; short c; void *d; char e[3]; }; long test(void) { return sizeof(struct s) * 10000 + __builtin_offsetof(struct s, d) * 100 + __builtin_offsetof(struct s, e[1]); }',
    value: 321625n,
  },
  {
    title: 'struct copy, return and argument',
    c: 'struct s { long a, b; }; static struct s make(long a) { struct s r = { a, .b = a * 2 }; return r; } static long sum(struct s x) { x.a += 1; return x.a + x.b; } long test(void) { struct s p = make(3), q; q = p; q.b = 10; return sum(q) * 100 + p.b + q.a; }',
    value: 1409n,
  },
  {
    title: 'nested structs and designators',
    c: 'struct in { int x, y; }; struct s { struct in a[2]; union { long l; int i; }; struct { int deep; } n; }; long test(void) { struct s v = { .a[1].y = 4, .a = { [0] = { .x = 2 } }, .l = 0x100000005L, .n.deep = 6 }; struct s *p = &v; return p->a[0].x * 1000 + p->i * 100 + p->n.deep * 10 + p->a[1].y; }',
    value: 2560n,
  },
  {
    title: 'compound literals',
    c: 'struct s { int a, b; }; static int f(struct s *p) { return p->a * 10 + p->b; } long test(void) { struct s x; x = (struct s){ .b = 3 }; return f(&(struct s){ 1, 2 }) * 100 + x.a + x.b; }',
    value: 1203n,
  },
  {
    title: 'bit fields',
    c: 'struct s { unsigned int a :3; _Bool b :1; int c :4; }; long test(void) { struct s v = { 0 }; v.a = 13; v.b = 4; v.c = 9; return v.a * 100 + v.b * 10 + v.c; }',
    value: 503n,
  },
  {
    title: 'enums',
    c: 'enum e { A, B = 5, C, D = B | 8 }; long test(void) { enum e x = C; return x * 100 + D * 10 + A; }',
    value: 730n,
  },
  {
    title: 'function pointers',
    c: 'static int add(int a, int b) { return a + b; } static int sub(int a, int b) { return a - b; } struct ops { int (*f)(int, int); }; long test(void) { struct ops o = { .f = add }; int (*g)(int, int) = &sub; int r = o.f(3, 4); o.f = g; return r * 10 + o.f(9, 4) + (*g)(2, 1); }',
    value: 76n,
  },
  {
    title: 'statement expressions',
    c: '#define max(a, b) ({ __typeof__(a) _a = (a); __typeof__(b) _b = (b); _a > _b ? _a : _b; })\nlong test(void) { int x = 3; return max(x++, 2) * 10 + max(max(1, 9), x); }',
    value: 39n,
  },
  {
    title: 'macros paste and stringify',
    c: '#define JOIN(a, b) a ## b\n#define STR(x) #x\n#define COUNT(...) sizeof((int[]){ __VA_ARGS__ }) / sizeof(int)\nlong test(void) { int xy = 4; return JOIN(x, y) * 100 + STR(a + b)[2] + COUNT(1, 2, 3); }',
    value: 446n,
  },
  {
    title: 'macros do not expand themselves',
    c: 'static int f(int a) { return a + 1; }\n#define f(a) f((a) * 2)\nlong test(void) { return f(f(3)); }',
    value: 15n,
  },
  {
    title: '(a) - (b) is no cast',
    c: 'long test(void) { int a = 9, b = 4; return (a) - (b) + ((a) & (b)) + (a) * (b); }',
    value: 41n,
  },
  {
    title: 'conditional groups',
    c: '#define ON 1\n#ifdef OFF\nlong test(void) { return 1; }\n#elif ON && !defined(OFF)\nlong test(void) {\n#if ON > 1\nreturn 2;\n#else\nreturn 3;\n#endif\n}\n#else\nlong test(void) { return 4; }\n#endif',
    value: 3n,
  },
  {
    title: 'statics keep their value',
    c: 'static int next(void) { static int n = 5; return n++; } long test(void) { next(); next(); return next(); }',
    value: 7n,
  },
  {
    title: 'globals with initialisers',
    c: 'static struct { int a; long b[2]; } g = { 1, { 2, 3 } }; static long *p = &g.b[1]; long test(void) { g.a += 10; return g.a * 100 + *p; }',
    value: 1103n,
  },
  {
    title: 'tagged pointers',
    c: 'struct s { long a; }; long test(void) { struct s v = { 7 }; unsigned long t = (unsigned long)&v | 1; struct s *p = (void *)(t & ~3UL); return p->a + (t & 1) + ((void *)t != &v); }',
    value: 9n,
  },
  {
    title: 'error pointers',
    c: 'static void *err(long e) { return (void *)e; } static int is_err(const void *p) { return (unsigned long)(void *)(p) >= (unsigned long)-4095; } long test(void) { void *p = err(-12); return is_err(p) * 100 + (long)p + is_err(&p); }',
    value: 88n,
  },
  {
    title: 'lists through container_of',
    c: `${LIST}long test(void) { struct list_head h = { &h, &h }; struct avc a = { .value = 1 }, b = { .value = 2 }, *pos; long s = 0; list_add(&a.same, &h); list_add(&b.same, &h); list_for_each_entry(pos, &h, same) s = s * 10 + pos->value; return s; }`,
    value: 21n,
  },
  {
    title: 'sizeof and typeof',
    c: 'long test(void) { char c; long *p; __typeof__(*p) q = 5; return sizeof c + sizeof(c) * 10 + sizeof p * 100 + sizeof(*p) * 1000 + sizeof(__typeof__(q)) * 10000; }',
    value: 88811n,
  },
  {
    title: '_Generic',
    c: 'long test(void) { long a = 1; int b = 2; return _Generic(a, int: 1, long: 2, default: 3) * 10 + _Generic(&b, int *: 4, default: 5); }',
    value: 24n,
  },
  {
    title: 'characters and strings',
    c: 'long test(void) { const char *s = "ab" "c"; return s[0] + s[2] * 1000 + (s[3] == 0) + \'\\n\'; }',
    value: 99108n,
  },
  {
    title: 'hexadecimal and octal',
    c: 'long test(void) { return 0x1F + 010 + 0b11 + 0xffffffff; }',
    value: 41n,
  },
  {
    title: 'shadowing',
    c: 'long test(void) { int a = 1; { int a = 2; { int a = 3; if (a != 3) return -1; } if (a != 2) return -2; } for (int a = 9; a < 9; a++) ; return a; }',
    value: 1n,
  },
  {
    title: 'pointer comparison and NULL',
    c: 'struct s { struct s *next; }; long test(void) { struct s a = { 0 }, b = { &a }; int n = 0; for (struct s *p = &b; p; p = p->next) n++; return n * 10 + (b.next == &a) + !a.next; }',
    value: 22n,
  },
  {
    title: 'unions read what was written',
    c: 'union u { unsigned long l; unsigned char c[8]; }; long test(void) { union u v; v.l = 0x0807060504030201UL; v.c[1] = 0x20; return v.l & 0xffffff; }',
    value: 204801n,
  },
];
