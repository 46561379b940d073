// Has no memory left at the first picture.
process.on('message', () => {
  for (const all = []; ; ) all.push(new Array(100_000).fill(all.length));
});
