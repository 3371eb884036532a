const fs = require('node:fs');
const path = require('node:path');

module.exports = () => fs.rmSync(path.dirname(process.env.HOLDFAST_PACKAGE), { recursive: true, force: true });
