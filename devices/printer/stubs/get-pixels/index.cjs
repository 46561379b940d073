// escpos requires 'get-pixels' when it is loaded, but only calls it for pictures that it loads itself.
// We pass raw pixels that sharp or our own encoder made, so a call that reaches this file is a bug of ours.
module.exports = () => {
  throw new Error('get-pixels is not part of gopay-pos: hand escpos raw pixels instead (devices/printer)');
};
