/** linux/bug.h, linux/mmdebug.h: warnings and checks. Each is reported with its condition as written, and the code goes on. */
import { address, type BuiltinHeader, type KernelHost } from './host';

/** Macros of one condition, whose value they give: WARN_ON(condition). */
const CONDITIONS = ['WARN_ON', 'WARN_ON_ONCE', 'BUG_ON'];

/** Macros that give no value. */
const CHECKS = ['VM_BUG_ON', 'VM_WARN_ON', 'VM_WARN_ON_ONCE', 'VM_WARN_ON_IRQS_ENABLED'];

/** Macros with an object to print, some of which give the condition. */
const WITH_OBJECT = [
  'VM_BUG_ON_PAGE',
  'VM_BUG_ON_FOLIO',
  'VM_BUG_ON_VMA',
  'VM_BUG_ON_MM',
  'VM_WARN_ON_ONCE_PAGE',
  'VM_WARN_ON_FOLIO',
  'VM_WARN_ON_ONCE_FOLIO',
  'VM_WARN_ON_ONCE_MM',
  'VM_WARN_ON_ONCE_VMA',
  'VM_WARN_ON_VMG',
];

export function bug(host: KernelHost): BuiltinHeader {
  return {
    header: 'include/linux/bug.h',
    doc: 'WARN, BUG and the checks of mmdebug.h',
    c: `
int __rl_warn(const char *macro, const char *expression, int fires);
${CONDITIONS.map((name) => `#define ${name}(condition) __rl_warn("${name}", #condition, !!(condition))`).join('\n')}
${CHECKS.map((name) => `#define ${name}(condition) ((void)__rl_warn("${name}", #condition, !!(condition)))`).join('\n')}
${WITH_OBJECT.map((name) => `#define ${name}(condition, object) __rl_warn("${name}", #condition, !!(condition))`).join('\n')}
#define WARN(condition, ...) __rl_warn("WARN", #condition, !!(condition))
#define WARN_ONCE(condition, ...) __rl_warn("WARN_ONCE", #condition, !!(condition))
#define VM_WARN(condition, ...) __rl_warn("VM_WARN", #condition, !!(condition))
#define VM_WARN_ONCE(condition, ...) __rl_warn("VM_WARN_ONCE", #condition, !!(condition))
#define BUG() ((void)__rl_warn("BUG", "1", 1))
#define VIRTUAL_BUG_ON(condition) ((void)0)
#define dump_vma(vma) ((void)0)
#define dump_mm(mm) ((void)0)
#define dump_page(page, reason) ((void)0)
`,
    natives: {
      __rl_warn(machine, [macro, expression, fires = 0]) {
        host.warn(machine.stringAt(address(macro)), machine.stringAt(address(expression)), fires !== 0);
        return fires;
      },
    },
  };
}
