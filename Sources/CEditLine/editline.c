// SPDX-License-Identifier: Apache-2.0
#include "CEditLine.h"

static wchar_t *no_prompt(EditLine *editor) {
    static wchar_t empty[1] = {0};
    (void)editor;
    return empty;
}

EditLine *ce_open(const char *program, int input, int output) {
    FILE *nowhere = fopen("/dev/null", "we");
    if (nowhere == NULL) return NULL;
    EditLine *editor = el_init_fd(program, stdin, nowhere, nowhere, input, output, output);
    if (editor == NULL) {
        fclose(nowhere);
        return NULL;
    }
    el_wset(editor, EL_SIGNAL, 0);
    el_wset(editor, EL_PROMPT, no_prompt);
    return editor;
}

void ce_close(EditLine *editor) {
    FILE *nowhere = NULL;
    el_wget(editor, EL_GETFP, 1, &nowhere);
    el_end(editor);
    if (nowhere != NULL) fclose(nowhere);
}

int ce_set_client(EditLine *editor, void *client) { return el_wset(editor, EL_CLIENTDATA, client); }

void *ce_client(EditLine *editor) {
    void *client = NULL;
    el_wget(editor, EL_CLIENTDATA, &client);
    return client;
}

int ce_set_reader(EditLine *editor, el_rfunc_t reader) { return el_wset(editor, EL_GETCFN, reader); }

int ce_add_command(EditLine *editor, const wchar_t *name, const wchar_t *help, ce_command command) {
    return el_wset(editor, EL_ADDFN, name, help, command);
}

int ce_bind(EditLine *editor, const wchar_t *keys, const wchar_t *command) {
    return el_wset(editor, EL_BIND, keys, command, (wchar_t *)0);
}

int ce_bind_alternate(EditLine *editor, const wchar_t *keys, const wchar_t *command) {
    return el_wset(editor, EL_BIND, L"-a", keys, command, (wchar_t *)0);
}

void ce_read_settings(EditLine *editor) {
    el_source(editor, NULL);
    el_wset(editor, EL_EDITMODE, 1);
}

void ce_refresh(EditLine *editor) { el_wset(editor, EL_REFRESH); }

int ce_use_emacs(EditLine *editor) { return el_wset(editor, EL_EDITOR, L"emacs"); }

int ce_uses_vi(EditLine *editor) {
    const wchar_t *name = NULL;
    el_wget(editor, EL_EDITOR, &name);
    return name != NULL && name[0] == L'v';
}

int ce_change_terminal_mode(EditLine *editor, const wchar_t *flag) {
    return el_wset(editor, EL_SETTY, L"-d", flag, (wchar_t *)0);
}

int ce_set_raw(EditLine *editor, int on) { return el_wset(editor, EL_PREP_TERM, on); }
