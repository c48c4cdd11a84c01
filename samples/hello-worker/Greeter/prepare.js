// A simple startup task: written so that it may run again at every recycle.
const fs = require('node:fs');
const path = require('node:path');

const marker = path.join(process.env.CACHE, 'prepared.txt');
if (fs.existsSync(marker)) {
  console.log('already prepared');
} else {
  fs.writeFileSync(marker, new Date().toISOString());
  console.log(`prepared, emulated=${process.env.EMULATED}`);
}
