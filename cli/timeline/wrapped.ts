/** Breaks a text into lines at blanks; the lines after the first are indented. A word that is too long is cut into parts. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if ([...joined].length <= width) {
      line = joined;
      continue;
    }
    if (line.trim() !== '') lines.push(line);
    line = `${hanging}${word}`;
    for (let letters = [...line]; letters.length > width; letters = [...line]) {
      lines.push(letters.slice(0, width).join(''));
      line = `${hanging}${letters.slice(width).join('')}`;
    }
  }
  return line.trim() === '' && lines.length > 0 ? lines : [...lines, line];
}

const hanging = '  ';
