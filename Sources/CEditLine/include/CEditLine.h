// SPDX-License-Identifier: Apache-2.0
#ifndef CEDITLINE_H
#define CEDITLINE_H
#include <histedit.h>
#include <locale.h>
#include <stdio.h>
#include <wchar.h>

// libedit as an editing engine: its setters are variadic, which Swift cannot call, so that each operation
// has a function of its own here, always the wide-character form.

/// An editing command: gets the key that ran it and returns one of the CC_ codes.
typedef unsigned char (*ce_command)(EditLine *, wint_t);

/// Opens libedit on two descriptors with its own drawing switched off; NULL when there is no memory.
EditLine *ce_open(const char *program, int input, int output);
void ce_close(EditLine *);

/// A pointer that the commands get back with ce_client.
int ce_set_client(EditLine *, void *);
void *ce_client(EditLine *);

/// The function that libedit calls for the next key.
int ce_set_reader(EditLine *, el_rfunc_t);

/// The wide strings must live as long as the EditLine: libedit keeps the pointers.
int ce_add_command(EditLine *, const wchar_t *name, const wchar_t *help, ce_command);

/// Binds keys in the main map, or in the command map of vi mode.
int ce_bind(EditLine *, const wchar_t *keys, const wchar_t *command);
int ce_bind_alternate(EditLine *, const wchar_t *keys, const wchar_t *command);

/// Reads ~/.editrc, or what $EDITRC names. Editing itself stays on whatever it says.
void ce_read_settings(EditLine *);

/// Takes the text as it is now into libedit's own picture of the screen.
void ce_refresh(EditLine *);

/// Chooses the emacs keys; forgets every binding made before.
int ce_use_emacs(EditLine *);
int ce_uses_vi(EditLine *);

/// Changes a mode of the terminal while editing, such as L"-isig".
int ce_change_terminal_mode(EditLine *, const wchar_t *flag);
/// Switches between editing and the modes that the terminal had before.
int ce_set_raw(EditLine *, int on);

// Signals

/// From now on each delivery of the signal writes its number as one byte to the descriptor.
int ce_watch_signal(int signal_number, int descriptor);

/// Whether the process was started, or made, to take no notice of the signal.
int ce_is_ignored(int signal_number);

/// Lets the signal have its default effect on the process, with the terminal put back first.
void ce_die_by_signal(int signal_number);

/// Lets the calling thread take signals; threads made by those of a pool begin with nearly all of them blocked.
void ce_unblock_signals(void);

/// Remembers the terminal's modes; while armed, SIGTERM and SIGHUP that nobody watches end the process, and they and
/// exit() put the modes back first. Not 0 when the descriptor is no terminal.
int ce_arm_restore(int terminal);
void ce_disarm_restore(void);

/// Whether a terminal shows what is typed at it in whole lines.
int ce_set_echo(int terminal, int on);

/// A pipe whose ends never block and are not inherited by other programs.
int ce_make_pipe(int ends[2]);
#endif
