// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the scenario language (scenario-language.md). `scenario`, `profile` and `expect` lines are passed over: they
 * are for others to judge.
 */

enum verb {
	V_MMAP, V_MUNMAP, V_MPROTECT, V_MREMAP, V_MADVISE, V_READ, V_WRITE, V_FORK, V_EXIT, V_WALK, V_CALL,
};

#define MAX_ARGUMENTS 4

struct argument {
	enum { ARG_VMA, ARG_NEW, ARG_WORD } kind;
	unsigned long page;
	char word[ORACLE_NAME_MAX];
};

struct operation {
	int line;
	char *text;
	char process[ORACLE_NAME_MAX];
	enum verb verb;
	unsigned long page, len, to, pgoff;
	int prot, advice;
	bool dontunmap;
	char name[ORACLE_NAME_MAX];	/* file, child or function */
	struct argument arguments[MAX_ARGUMENTS];
	int nr_arguments;
	struct fault faults[16];
	int nr_faults;
};

static struct operation *operations;
static int nr_operations, space_operations;

/* The statement being read. */
static const char *at, *line_start;
static int line_number;
static char parse_message[160];
static int parse_column;

static bool complain(const char *message)
{
	if (!parse_message[0]) {
		snprintf(parse_message, sizeof(parse_message), "%s", message);
		parse_column = at - line_start + 1;
	}
	return false;
}

static void blanks(void)
{
	while (*at == ' ' || *at == '\t')
		at++;
}

static bool is_name_start(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static bool read_word(char *word)
{
	int n = 0;

	blanks();
	if (!is_name_start(*at))
		return false;
	while (is_name_start(*at) || (*at >= '0' && *at <= '9')) {
		if (n == ORACLE_NAME_MAX - 1)
			return complain("name too long");
		word[n++] = *at++;
	}
	word[n] = 0;
	return true;
}

static bool read_number(unsigned long *number)
{
	char *end;

	blanks();
	if (*at < '0' || *at > '9')
		return complain("number expected");
	*number = strtoul(at, &end, at[0] == '0' && (at[1] == 'x' || at[1] == 'X') ? 16 : 10);
	at = end;
	if (is_name_start(*at))
		return complain("number expected");
	return true;
}

static bool next_is(char c)
{
	blanks();
	if (*at != c)
		return false;
	at++;
	return true;
}

static bool at_end(void)
{
	blanks();
	return !*at || *at == '#' || *at == '!';
}

static bool read_prot(int *prot)
{
	char word[ORACLE_NAME_MAX];

	if (!read_word(word))
		return complain("none, r or rw expected");
	if (!strcmp(word, "none"))
		*prot = PROT_NONE;
	else if (!strcmp(word, "r"))
		*prot = PROT_READ;
	else if (!strcmp(word, "rw"))
		*prot = PROT_READ | PROT_WRITE;
	else
		return complain("none, r or rw expected");
	return true;
}

static bool read_advice(int *advice)
{
	static const struct { const char *name; int value; } known[] = {
		{ "dontfork", MADV_DONTFORK }, { "dofork", MADV_DOFORK },
		{ "wipeonfork", MADV_WIPEONFORK }, { "keeponfork", MADV_KEEPONFORK },
	};
	char word[ORACLE_NAME_MAX];

	if (read_word(word))
		for (unsigned int i = 0; i < ARRAY_SIZE(known); i++)
			if (!strcmp(word, known[i].name)) {
				*advice = known[i].value;
				return true;
			}
	return complain("unknown advice");
}

/* [PROT] [file NAME PGOFF] */
static bool read_mapping(struct operation *op)
{
	char word[ORACLE_NAME_MAX];
	const char *before;

	op->prot = PROT_READ | PROT_WRITE;
	if (at_end())
		return true;
	blanks();
	before = at;
	if (!read_word(word))
		return complain("protection or file expected");
	if (strcmp(word, "file")) {
		at = before;
		if (!read_prot(&op->prot))
			return false;
		if (at_end())
			return true;
		if (!read_word(word) || strcmp(word, "file"))
			return complain("file expected");
	}
	return (read_word(op->name) || complain("file name expected")) && read_number(&op->pgoff);
}

/* FUNCTION(ARGUMENT, …) */
static bool read_call(struct operation *op)
{
	if (!read_word(op->name) || !next_is('('))
		return complain("FUNCTION(ARGUMENTS) expected");
	while (!next_is(')')) {
		struct argument *argument = &op->arguments[op->nr_arguments];

		if (op->nr_arguments == MAX_ARGUMENTS)
			return complain("too many arguments");
		if (op->nr_arguments++ && !next_is(','))
			return complain("comma expected");
		blanks();
		if (is_name_start(*at)) {
			if (!read_word(argument->word))
				return false;
			argument->kind = strcmp(argument->word, "new") ? ARG_WORD : ARG_NEW;
		} else {
			argument->kind = ARG_VMA;
			if (!read_number(&argument->page))
				return false;
		}
	}
	return true;
}

static bool read_faults(struct operation *op)
{
	while (next_is('!') || (!at_end() && op->nr_faults)) {
		char word[ORACLE_NAME_MAX];
		struct fault *fault;
		unsigned long nth;
		int kind;

		if (!read_word(word) || strcmp(word, "fail"))
			return complain("fail expected");
		if (!read_word(word))
			return complain("anon_vma, avc, vma or folio expected");
		for (kind = 0; kind < KIND_MM && strcmp(word, fail_name[kind]); kind++)
			;
		if (kind == KIND_MM)
			return complain("anon_vma, avc, vma or folio expected");
		if (!next_is(':') || !read_number(&nth))
			return complain("KIND:N expected");
		if (op->nr_faults == ARRAY_SIZE(op->faults))
			return complain("too many faults");
		fault = &op->faults[op->nr_faults++];
		*fault = (struct fault){ kind, nth, false };
		if (*at == '/') {
			at++;
			if (!read_word(word) || strcmp(word, "nowait"))
				return complain("nowait expected");
			fault->nowait = true;
		}
	}
	return true;
}

static bool read_verb(struct operation *op)
{
	char verb[ORACLE_NAME_MAX], word[ORACLE_NAME_MAX];

	if (!read_word(verb))
		return complain("verb expected");
	if (!strcmp(verb, "mmap")) {
		op->verb = V_MMAP;
		return read_number(&op->page) && read_number(&op->len) && read_mapping(op);
	}
	if (!strcmp(verb, "munmap")) {
		op->verb = V_MUNMAP;
		return read_number(&op->page) && read_number(&op->len);
	}
	if (!strcmp(verb, "mprotect")) {
		op->verb = V_MPROTECT;
		return read_number(&op->page) && read_number(&op->len) && read_prot(&op->prot);
	}
	if (!strcmp(verb, "mremap")) {
		op->verb = V_MREMAP;
		if (!read_number(&op->page) || !read_number(&op->len) || !read_number(&op->to))
			return false;
		if (at_end())
			return true;
		op->dontunmap = true;
		return (read_word(word) && !strcmp(word, "dontunmap")) || complain("dontunmap expected");
	}
	if (!strcmp(verb, "madvise")) {
		op->verb = V_MADVISE;
		return read_number(&op->page) && read_number(&op->len) && read_advice(&op->advice);
	}
	if (!strcmp(verb, "call")) {
		op->verb = V_CALL;
		return read_call(op);
	}
	if (!strcmp(verb, "exit")) {
		op->verb = V_EXIT;
		return true;
	}
	if (!strcmp(verb, "fork")) {
		op->verb = V_FORK;
		return read_word(op->name) || complain("name of the child expected");
	}
	op->verb = !strcmp(verb, "read") ? V_READ : !strcmp(verb, "write") ? V_WRITE : V_WALK;
	if (op->verb == V_WALK && strcmp(verb, "walk"))
		return complain("unknown operation");
	return read_number(&op->page);
}

static bool read_statement(void)
{
	char word[ORACLE_NAME_MAX];
	struct operation *op;
	const char *end;

	if (at_end() && *at != '!')
		return true;
	if (!read_word(word))
		return complain("process or directive expected");
	if (!next_is(':')) {
		if (!strcmp(word, "scenario") || !strcmp(word, "profile") || !strcmp(word, "expect"))
			return true;
		return complain("colon expected");
	}
	if (nr_operations == space_operations) {
		space_operations = space_operations ? 2 * space_operations : 64;
		operations = realloc(operations, space_operations * sizeof(*operations));
	}
	op = &operations[nr_operations];
	memset(op, 0, sizeof(*op));
	op->line = line_number;
	strcpy(op->process, word);
	if (!read_verb(op) || !read_faults(op))
		return false;
	if (!at_end())
		return complain("end of line expected");
	for (end = at; end > line_start && (end[-1] == ' ' || end[-1] == '\t'); end--)
		;
	while (*line_start == ' ' || *line_start == '\t')
		line_start++;
	op->text = strndup(line_start, end - line_start);
	nr_operations++;
	return true;
}

/*
 * Names are checked before anything runs. Whether a fork works is known only then, so a process may or may not exist
 * after one that can fail; a process that has exited, or that nothing forks, does not.
 */
static bool check_names(void)
{
	static struct {
		char name[ORACLE_NAME_MAX];
		enum { GONE, MAYBE, THERE } state;
	} known[MAX_PROCESSES];
	int n = 0;

	for (int i = 0; i < nr_operations; i++) {
		struct operation *op = &operations[i];
		int k, child;

		if (!i) {
			strcpy(known[n].name, op->process);
			known[n++].state = THERE;
		}
		line_number = op->line;
		line_start = at = "";
		for (k = 0; k < n && strcmp(known[k].name, op->process); k++)
			;
		if (k == n || known[k].state == GONE)
			return complain("no such process");
		if (op->verb == V_EXIT)
			known[k].state = GONE;
		if (op->verb != V_FORK)
			continue;
		for (child = 0; child < n && strcmp(known[child].name, op->name); child++)
			;
		if (child < n && known[child].state == THERE)
			return complain("process exists already");
		if (i >= MAX_PROCESSES - 1 && child >= MAX_PROCESSES - 1)
			return complain("too many processes");
		strcpy(known[child].name, op->name);
		known[child].state = op->nr_faults || known[k].state != THERE ? MAYBE : THERE;
		if (child == n)
			n++;
	}
	return true;
}

/* Reads a whole scenario; false: parse_message, line_number and parse_column say what is wrong. `text` is cut up. */
static bool read_scenario(char *text)
{
	for (int i = 0; i < nr_operations; i++)
		free(operations[i].text);
	nr_operations = 0;
	parse_message[0] = 0;
	for (line_number = 1; text; line_number++) {
		char *newline = strchr(text, '\n');

		if (newline) {
			*newline = 0;
			if (newline > text && newline[-1] == '\r')
				newline[-1] = 0;
		}
		at = line_start = text;
		if (!read_statement())
			return false;
		text = newline ? newline + 1 : NULL;
	}
	return check_names();
}
