import { closeSync, constants, openSync, readSync } from 'node:fs';
import { messageOf } from '../../src/base/fault.js';
import type { KeypadLoss, KeySource, KeySourceHandlers } from './source.js';

/** `_IOW('E', 0x90, int)` of linux/input.h: keys go to this process only. */
const EVIOCGRAB = 0x40044590;
/** `_IOW('E', 0xa0, int)`: stamps records with the clock that NTP cannot set back, for measuring a long press. */
const EVIOCSCLOCKID = 0x400445a0;
const CLOCK_MONOTONIC = 1;

/** Room for 64 wide records; the kernel's own buffer for a keyboard is no larger. */
const READ_BYTES = 64 * 24;
/** Reads per wake-up, so that a pad gone mad cannot hold the process. */
const READS_AT_ONCE = 16;

const EPOLL_CTL_ADD = 1;
const EPOLL_EVENT_BYTES = 16;

export interface DeviceSourceOptions {
  /** /dev/input/by-id/...-event-kbd */
  readonly path: string;
  /** Default true: otherwise each digit also goes to the console or the window on top. */
  readonly grab?: boolean;
}

/** The two things that Node has no call for. */
interface Kernel {
  /** 0, or the errno. */
  control(fd: number, request: number, value: number): number;
  /** Whether the kernel can tell when `fd` has something: not for plain files, folders and /dev/null. */
  waitable(fd: number): boolean;
  /** Only for a waitable one. Calls `ready` whenever `fd` can be read, and once with `failed` when it never will again. @returns ends it. */
  watch(fd: number, ready: (failed: boolean) => void): () => void;
  readonly busy: number | undefined;
}

/**
 * An input device by its file. libuv's own poll tells when there is something to read, and the read never blocks: no
 * thread of the pool is parked on a pad that is not touched, and closing does not wait for the next key.
 */
export class DeviceSource implements KeySource {
  readonly name: string;
  readonly #options: DeviceSourceOptions;
  /** Loaded when first needed, and kept: an absent pad is tried for months. */
  #kernel: Promise<Kernel> | undefined;

  constructor(options: DeviceSourceOptions) {
    this.#options = options;
    this.name = options.path;
  }

  open(handlers: KeySourceHandlers): () => void {
    this.#kernel ??= loadKernel();
    const opening = new Opening(handlers);
    void this.#kernel.then((kernel) => opening.begin(this.#options, kernel));
    return () => opening.close();
  }
}

class Opening {
  readonly #handlers: KeySourceHandlers;
  readonly #buffer = Buffer.alloc(READ_BYTES);
  #fd: number | undefined;
  #unwatch: (() => void) | undefined;
  #over = false;
  #reading = false;
  #failed = false;

  constructor(handlers: KeySourceHandlers) {
    this.#handlers = handlers;
  }

  close(): void {
    this.#over = true;
    this.#unwatch?.();
    this.#unwatch = undefined;
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  begin(options: DeviceSourceOptions, kernel: Kernel): void {
    if (this.#over) return;
    try {
      // Opening an input device does not wait for anything, and in one step there is no race with `close`.
      this.#fd = openSync(options.path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (thrown) {
      this.#end(lossOf(thrown), messageOf(thrown));
      return;
    }
    const fd = this.#fd;
    const failed = options.grab === false ? undefined : kernel.control(fd, EVIOCGRAB, 1);
    // Another program's grab leaves us a file that opens well and never gives a key.
    if (failed !== undefined && failed === kernel.busy) {
      this.#end('taken', 'another program has grabbed it');
      return;
    }
    if (!kernel.waitable(fd)) {
      this.#end('unusable', 'not an input device');
      return;
    }
    kernel.control(fd, EVIOCSCLOCKID, CLOCK_MONOTONIC);
    this.#unwatch = kernel.watch(fd, (broken) => this.#ready(broken));
    if (failed === undefined) this.#handlers.opened({ grab: 'off' });
    else if (failed === 0) this.#handlers.opened({ grab: 'held' });
    else this.#handlers.opened({ grab: 'failed', why: `errno ${failed}` });
  }

  /**
   * Called from a bare libuv callback, where an exception would be lost and promises would not run on; so the work is
   * done in the check phase of the same turn of the loop.
   */
  #ready(failed: boolean): void {
    this.#failed ||= failed;
    if (this.#reading) return;
    this.#reading = true;
    setImmediate(() => {
      this.#reading = false;
      this.#read();
    });
  }

  #read(): void {
    for (let i = 0; i < READS_AT_ONCE && this.#fd !== undefined; i += 1) {
      let count = 0;
      try {
        count = readSync(this.#fd, this.#buffer, 0, READ_BYTES, null);
      } catch (thrown) {
        const empty = codeOf(thrown) === 'EAGAIN';
        if (empty && !this.#failed) return;
        this.#end(empty ? 'unplugged' : lossOf(thrown), messageOf(thrown));
        return;
      }
      if (count === 0) {
        this.#end('unplugged', 'end of file');
        return;
      }
      this.#handlers.bytes(Uint8Array.from(this.#buffer.subarray(0, count)));
    }
  }

  #end(cause: KeypadLoss, why: string): void {
    if (this.#over) return;
    this.close();
    this.#handlers.gone(cause, why);
  }
}

/**
 * koffi calls the C library of this very process, and offers libuv's poll for a file descriptor (`node.poll`, which
 * its documentation does not cover yet: the version is pinned, and the test under umockdev covers it).
 */
async function loadKernel(): Promise<Kernel> {
  const { default: koffi } = await import('koffi');
  const libc = koffi.load(null);
  const ioctl = libc.func('int ioctl(int fd, unsigned long request, ...)');
  const epollCreate = libc.func('int epoll_create1(int flags)');
  const epollControl = libc.func('int epoll_ctl(int epfd, int op, int fd, void *event)');
  return {
    busy: koffi.os.errno['EBUSY'],
    control: (fd, request, value) => {
      const returned: unknown = ioctl(fd, request, 'int', value);
      return returned === 0 ? 0 : koffi.errno();
    },
    // koffi 3.3.4 ends the process when libuv refuses a file, so epoll itself is asked before, as libuv would.
    waitable: (fd) => {
      const epoll: unknown = epollCreate(0);
      if (typeof epoll !== 'number' || epoll < 0) return false;
      const added: unknown = epollControl(epoll, EPOLL_CTL_ADD, fd, Buffer.alloc(EPOLL_EVENT_BYTES));
      closeSync(epoll);
      return added === 0;
    },
    watch: (fd, ready) => {
      // The declaration leaves out the first argument: libuv's status, negative once it has stopped polling.
      const handle = koffi.node.poll(fd, { readable: true, disconnect: true }, (status: unknown) =>
        ready(typeof status === 'number' && status < 0),
      );
      return () => handle.close();
    },
  };
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

function lossOf(thrown: unknown): KeypadLoss {
  const code = codeOf(thrown);
  if (/^(ENOENT|ENOTDIR|ENXIO)$/.test(code)) return 'absent';
  if (/^(EACCES|EPERM)$/.test(code)) return 'denied';
  if (/^(ENODEV|EIO)$/.test(code)) return 'unplugged';
  return code === 'EBUSY' ? 'taken' : 'unusable';
}
