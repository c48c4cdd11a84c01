// A foreground startup task: the role cannot stop before it has ended, so it must end.
console.log('flushing');
setTimeout(() => console.log('flushed'), 500);
