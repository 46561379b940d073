/** Numbers of the 8xx block: what the machine that we run on can do to us. */
export const HOST_FAULT = {
  /** systemd's notification socket did not take a message. */
  notifySend: 801,
  /** NOTIFY_SOCKET names something that we cannot send to, or libc cannot be called. */
  notifyUnusable: 802,
  /** WATCHDOG_USEC is not a number of microseconds. */
  watchdogValue: 803,
  /** A named credential was not handed to us by systemd. */
  credentialMissing: 810,
  /** A secret's file is not there or cannot be read. */
  secretUnreadable: 811,
  /** A secret's file may be read by others. */
  secretExposed: 812,
  /** Empty, too long, not text, or with blanks around it. */
  secretMalformed: 813,
  /** Too short to be kept out of logs without tearing holes into ordinary words. */
  secretTooShort: 814,
} as const;
