process.send?.('first statement');
process.on('message', () => {});
