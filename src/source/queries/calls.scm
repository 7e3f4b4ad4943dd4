; Calls, direct and through a pointer held in a field. Iterator macros are no calls to the grammar: the dialect pass lists them.
(call_expression function: (identifier) @callee) @call
(call_expression function: (field_expression field: (field_identifier) @pointer)) @call
