import { BAUD, DEVICE } from '../settings/fields.js';
import { choice, flag, text } from '../settings/kinds.js';
import { defaulted, optional, required, switched } from '../settings/schema.js';

export const framebuffer = switched(
  'off',
  'A screen on HDMI, DSI or SPI, drawn on without a browser. It shows the QR.',
  {
    device: defaulted(DEVICE, '/dev/fb0', 'The framebuffer. SPI screens are often /dev/fb1.'),
    rotate: defaulted(
      choice(0, 90, 180, 270),
      0,
      'Degrees by which the picture is turned clockwise, for a panel that hangs on its side.',
    ),
    swap_red_blue: defaulted(
      flag(),
      false,
      'For a panel that shows red as blue. gopay-pos test display shows it.',
    ),
    connector: optional(
      text('a name below /sys/class/drm', /^card\d{1,2}-[A-Za-z0-9-]{1,30}$/),
      'not asked',
      'card1-HDMI-A-1',
      'Its plug, by its name in /sys/class/drm. While that says "disconnected" nobody can see this screen; the framebuffer itself does not notice.',
    ),
  },
);

export const pole = switched(
  'off',
  "A customer's pole with two lines of twenty characters. It cannot show a QR.",
  {
    device: required(DEVICE, '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART-if00-port0', 'The serial line.'),
    baud: defaulted(BAUD, 9600, 'Speed, as its DIP switches say.'),
    dialect: defaulted(
      choice('cd5220', 'epson'),
      'cd5220',
      'Its commands, as its DIP switches say: CD5220, or ESC/POS of the DM-D kind.',
    ),
    brightness: defaulted(choice(1, 2, 3, 4), 4, 'From 1, the palest, to 4.'),
    countdown: defaulted(flag(), true, 'Whether it shows the time that is left to pay.'),
  },
);

export const console = switched('off', 'A text terminal with the QR made of characters, for technicians.', {
  device: defaulted(DEVICE, '/dev/tty1', 'The terminal. Over ssh the command tty prints its name.'),
  customer: defaulted(
    flag(),
    false,
    'Whether customers look at it. Only then does a QR on it count as shown.',
  ),
});
