/**
 * `rmap-lens --help`.
 */

export const HELP = `Usage:
  rmap-lens run FILE... [OPTIONS]   run scenarios (FILE - is standard input)
  rmap-lens profiles                list the kernels that can be simulated
  rmap-lens invariants              list what is checked
  rmap-lens explain ID              explain one invariant

Options of run:
  --engine simulation|interpreter   what runs the operations (simulation)
  --profile ID                      kernel profile, whatever the file says
  --kernel DIR                      kernel tree in which places are looked up, or whose text is run
  --stubs FILE                      C that supplies what the text uses and the interpreter lacks
  --format text|json                text for people, or one JSON object a file on a line (text)
  --step-limit N                    steps after which a run is ended (200000)

profiles, invariants and explain take --format too, explain also --kernel.
  -h, --help      show this
  -V, --version   show the version

Exit status: 0 when every expectation is met (and, with no expectation in the file, when nothing
is violated), 1 when one is not, 2 when a file, an option or the kernel tree cannot be used.
`;
