// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracle-VERSION [--final] [FILE]: runs scenarios, separated by lines `---`, from the file or from standard input. One JSON
 * line an operation, then one `{"end":true,…}`. A scenario that crashes the kernel's code ends there, and says so.
 *   --final   snapshot only after the last operation
 *   --silent  no output at all (for measuring)
 */

#define SCENARIO_SECONDS 2	/* of this process's own time */

static sigjmp_buf crashed;
static volatile sig_atomic_t running;
static bool final_only, silent;

static void on_signal(int signal)
{
	if (!running) {
		dprintf(2, "oracle: signal %d outside a scenario\n", signal);
		_exit(70);
	}
	running = 0;
	siglongjmp(crashed, signal);
}

/* A detached copy of the next VMA argument, outside the count of allocations. */
static struct vm_area_struct *call_new(struct mm_struct *mm, struct operation *op, int from, int vmas)
{
	for (int i = from + 1; i < vmas; i++)
		if (op->arguments[i].kind == ARG_VMA) {
			struct vm_area_struct *vma;
			int keep = nr_faults;

			nr_faults = 0;
			vma = vm_area_dup(vma_at(mm, op->arguments[i].page));
			nr_faults = keep;
			faults_arm();
			return vma;
		}
	return NULL;
}

static int call_locked(struct mm_struct *mm, struct operation *op, const struct callable *callable,
		       struct call_arguments *a)
{
	struct vm_area_struct *fresh[3] = {};
	int err;

	for (int i = 0; i < callable->vmas; i++) {
		if (op->arguments[i].kind == ARG_NEW)
			a->vma[i] = fresh[i] = call_new(mm, op, i, callable->vmas);
		else if (op->arguments[i].kind == ARG_VMA)
			a->vma[i] = vma_at(mm, op->arguments[i].page);
		if (!a->vma[i])
			return -EINVAL;
	}
	for (int i = 0; i < callable->vmas; i++)
		vma_start_write(a->vma[i]);
	/* Real callers hold the VMA locks, too. */
	for (int i = 0; i < callable->vmas; i++)
		vma_start_write(a->vma[i]);
	err = callable->run(a);
	for (int i = 0; i < callable->vmas; i++)
		if (fresh[i] && !fresh[i]->anon_vma && list_empty(&fresh[i]->anon_vma_chain))
			vm_area_free(fresh[i]);
	return err;
}

static int op_call(struct mm_struct *mm, struct operation *op)
{
	const struct callable *callable = NULL;
	struct call_arguments a = {};
	struct argument *last;
	int err;

	for (unsigned int i = 0; i < ARRAY_SIZE(callables); i++)
		if (!strcmp(op->name, callables[i].name))
			callable = &callables[i];
	if (!callable)
		return -ENOSYS;
	last = &op->arguments[callable->vmas];
	if (op->nr_arguments != callable->vmas + (callable->last != LAST_NONE))
		return -EINVAL;
	if (callable->last == LAST_OPERATION) {
		a.operation = last->kind == ARG_WORD ? operation_named(last->word) : -1;
		if (a.operation < 0)
			return -EINVAL;
	}
	if (callable->last == LAST_ADDRESS) {
		if (last->kind != ARG_VMA)
			return -EINVAL;
		a.address = last->page << PAGE_SHIFT;
	}
	for (int i = 0; i < callable->vmas; i++)
		if (op->arguments[i].kind == ARG_VMA && !vma_at(mm, op->arguments[i].page))
			return -EFAULT;
	mmap_write_lock(mm);
	err = call_locked(mm, op, callable, &a);
	mmap_write_unlock(mm);
	return err;
}

static int run_operation(struct operation *op)
{
	struct process *process = process_named(op->process);
	struct mm_struct *mm;

	if (!process)
		return -ESRCH;
	mm = process->mm;
	current_task.mm = mm;
	switch (op->verb) {
	case V_MMAP: {
		struct file *file = op->name[0] ? file_named(op->name) : NULL;

		return op_mmap(mm, op->page, op->len, op->prot, file, op->pgoff);
	}
	case V_MUNMAP: return op_munmap(mm, op->page, op->len);
	case V_MPROTECT: return op_mprotect(mm, op->page, op->len, op->prot);
	case V_MREMAP: return op_mremap(mm, op->page, op->len, op->to, op->dontunmap);
	case V_MADVISE: return op_madvise(mm, op->page, op->len, op->advice);
	case V_READ: return op_fault(mm, op->page, false);
	case V_WRITE: return op_fault(mm, op->page, true);
	case V_FORK: return process_named(op->name) || nr_processes == MAX_PROCESSES ? -EEXIST : op_fork(process, op->name);
	case V_EXIT: return op_exit(process);
	case V_WALK: return op_walk(mm, op->page);
	case V_CALL: return op_call(mm, op);
	}
	return -ENOSYS;
}

void oracle_grace_period(void);

static void check_idle(void)
{
	if (root_locks_held)
		oracle_error("anon_vma lock held between operations");
	root_locks_held = 0;
	for (int i = 0; i < nr_processes; i++)
		if (processes[i].mm && oracle_mmap_held(processes[i].mm))
			oracle_error("mmap_lock held between operations");
}

static void tear_down(void)
{
	nr_faults = 0;
	faults_arm();
	for (int i = 0; i < nr_processes; i++)
		if (processes[i].mm) {
			current_task.mm = processes[i].mm;
			op_exit(&processes[i]);
		}
	oracle_grace_period();
}

static void put_end(int crash, int line)
{
	put("{\"end\":true,\"crash\":");
	if (crash) {
		put("{\"signal\":");
		put_string(crash == SIGVTALRM ? "endless" : strsignal(crash));
		put(",\"line\":");
		put_number(line);
		put("}");
	} else {
		put("null");
	}
	put(",\"leaked\":{");
	for (int kind = 0; kind < KINDS; kind++) {
		put_key(kind_name[kind], kind == 0);
		put_number(crash ? 0 : live_objects[kind]);
	}
	put("}");
	put(poison_intact() ? ",\"poison\":\"intact\"" : ",\"poison\":\"overwritten\"");
	put_findings("warnings", false);
	put_findings("errors", true);
	put("}\n");
}

static void flush(void)
{
	for (size_t done = 0; !silent && done < out_used;) {
		ssize_t n = write(1, out + done, out_used - done);

		if (n <= 0)
			_exit(1);
		done += n;
	}
	out_used = 0;
}

static void run_scenario(char *text)
{
	static volatile int done;
	volatile int signal = 0;
	volatile size_t printed = 0;
	struct itimerval limit = { .it_value = { SCENARIO_SECONDS, 0 } };

	objects_reset();
	nr_processes = nr_files = nr_findings = 0;
	root_locks_held = 0;
	if (!read_scenario(text)) {
		put("{\"end\":true,\"problem\":{\"line\":");
		put_number(line_number);
		put(",\"column\":");
		put_number(parse_column);
		put(",\"message\":");
		put_string(parse_message);
		put("}}\n");
		flush();
		return;
	}
	setitimer(ITIMER_VIRTUAL, &limit, NULL);
	signal = sigsetjmp(crashed, 1);
	if (!signal) {
		running = 1;
		if (nr_operations)
			process_new(operations[0].process, mm_new(operations[0].process));
		for (done = 0; done < nr_operations; done++) {
			struct operation *op = &operations[done];
			int err;

			printed = out_used;
			nr_findings = 0;
			nr_faults = op->nr_faults;
			memcpy(faults, op->faults, sizeof(faults));
			faults_arm();
			err = run_operation(op);
			oracle_grace_period();
			check_idle();
			if (!silent)
				put_operation(op->line, op->text, err, op->verb == V_WALK,
					      !final_only || done == nr_operations - 1);
		}
		printed = out_used;
		nr_findings = 0;
		tear_down();
		running = 0;
	}
	if (signal)	/* half a line, perhaps */
		out_used = printed;
	limit.it_value.tv_sec = 0;
	setitimer(ITIMER_VIRTUAL, &limit, NULL);
	put_end(signal, signal && done < nr_operations ? operations[done].line : 0);
	flush();
}

/* Reads up to the next `---` line; NULL at the end of the input. */
static char *next_scenario(FILE *in)
{
	static char *text;
	static size_t space;
	char *line = NULL;
	size_t used = 0, line_space = 0;
	ssize_t n;
	bool any = false;

	while ((n = getline(&line, &line_space, in)) >= 0) {
		any = true;
		if (!strcmp(line, "---\n") || !strcmp(line, "---\r\n") || !strcmp(line, "---"))
			break;
		if (used + n + 1 > space) {
			space = 2 * (used + n + 1);
			text = realloc(text, space);
		}
		memcpy(text + used, line, n);
		used += n;
	}
	free(line);
	if (!any)
		return NULL;
	if (!text)
		text = malloc(space = 1);
	text[used] = 0;
	return text;
}

int main(int argc, char **argv)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGVTALRM };
	static char stack[1 << 16];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_NODEFER };
	FILE *in = stdin;
	char *text;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--final"))
			final_only = true;
		else if (!strcmp(argv[i], "--silent"))
			silent = true;
		else if (!(in = fopen(argv[i], "r"))) {
			perror(argv[i]);
			return 2;
		}
	}
	sigaltstack(&alternative, NULL);
	for (unsigned int i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], &action, NULL);
	maple_tree_init();
#ifdef F_SIX
	vm_area_cachep = KMEM_CACHE(vm_area_struct, 0);
#else
	vma_state_init();
#endif
	anon_vma_init();
	while ((text = next_scenario(in)))
		run_scenario(text);
	return 0;
}
