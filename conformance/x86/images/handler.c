/* SPDX-License-Identifier: Apache-2.0 */
/* handler.c - the interrupt handler that the article prints, word for word but for its comments.
 * It is compiled as a program is, with none of the options of a kernel. */
extern void handle_timer_tick(void);
void __irq0_handler(void);

/* clang-format off */
void __irq0_handler(void) {
asm volatile("pushq %rax; pushq %rbx");
handle_timer_tick();
asm volatile("popq %rbx; popq %rax");
}
/* clang-format on */
