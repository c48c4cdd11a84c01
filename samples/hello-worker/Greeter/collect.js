// A background startup task: lives beside the role until the job ends.
console.log('collecting');
setInterval(() => console.log('collected'), 60_000);
