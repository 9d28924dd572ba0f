// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CEditLine.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Only functions that POSIX allows in a signal handler are called below, and only these variables are touched.
static volatile sig_atomic_t watcher[NSIG];
static volatile sig_atomic_t armed;
static int terminal_descriptor;
static struct termios terminal_modes;

static void restore_terminal(void) {
    if (!armed) return;
    armed = 0;
    // Bracketed paste off, cursor shown.
    static const char visible[] = "\033[?2004l\033[?25h\r\n";
    ssize_t written = write(terminal_descriptor, visible, sizeof visible - 1);
    (void)written;
    tcsetattr(terminal_descriptor, TCSANOW, &terminal_modes);
}

static void die_by(int signal_number) {
    signal(signal_number, SIG_DFL);
    // To the process: the thread that runs here may have the signal blocked.
    kill(getpid(), signal_number);
}

static void on_signal(int signal_number) {
    int saved = errno;
    // Descriptors are kept plus one: zero means that nobody watches.
    int descriptor = signal_number < NSIG ? watcher[signal_number] - 1 : -1;
    if (descriptor >= 0) {
        unsigned char byte = (unsigned char)signal_number;
        ssize_t written = write(descriptor, &byte, 1);
        (void)written;
    } else {
        restore_terminal();
        die_by(signal_number);
    }
    errno = saved;
}

static int install(int signal_number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    return sigaction(signal_number, &action, NULL);
}

int ce_watch_signal(int signal_number, int descriptor) {
    if (signal_number <= 0 || signal_number >= NSIG) return -1;
    watcher[signal_number] = descriptor + 1;
    return install(signal_number);
}

int ce_is_ignored(int signal_number) {
    struct sigaction action;
    return sigaction(signal_number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void ce_die_by_signal(int signal_number) {
    restore_terminal();
    die_by(signal_number);
}

int ce_arm_restore(int terminal) {
    static int installed;
    armed = 0;
    terminal_descriptor = terminal;
    if (tcgetattr(terminal, &terminal_modes) != 0) return -1;
    if (!installed) {
        if (install(SIGTERM) != 0 || install(SIGHUP) != 0 || atexit(restore_terminal) != 0) return -1;
        installed = 1;
    }
    armed = 1;
    return 0;
}

void ce_disarm_restore(void) { armed = 0; }

void ce_unblock_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
}

int ce_set_echo(int terminal, int on) {
    struct termios modes;
    if (tcgetattr(terminal, &modes) != 0) return -1;
    modes.c_lflag = on ? modes.c_lflag | ECHO : modes.c_lflag & ~(tcflag_t)ECHO;
    return tcsetattr(terminal, TCSANOW, &modes);
}

int ce_make_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK); }
