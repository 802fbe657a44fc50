import { expect, it } from 'vitest';
import { ahead, goesTo } from './keyboard';

it('moves by keys and stops at both ends', () => {
  expect(goesTo('ArrowDown', 0, 3, 2)).toBe(1);
  expect(goesTo('ArrowDown', 2, 3, 2)).toBe(2);
  expect(goesTo('ArrowUp', 0, 3, 2)).toBe(0);
  expect(goesTo('PageDown', 0, 9, 4)).toBe(4);
  expect(goesTo('PageUp', 8, 9, 4)).toBe(4);
  expect(goesTo('End', 0, 9, 4)).toBe(8);
  expect(goesTo('Home', 5, 9, 4)).toBe(0);
  expect(goesTo('x', 5, 9, 4)).toBeNull();
});

it('goes to the next title that begins with what is typed', () => {
  let time = 10_000;
  const type = ahead(() => time);
  const titles = ['Measles', 'Malaria', 'Été sans fièvre', 'التطعيم', 'Mental health'];
  expect(type('m', 0, titles)).toBe(1);
  expect(type('m', 1, titles)).toBe(4);
  time += 2000;
  expect(type('m', 4, titles)).toBe(0);
  expect(type('a', 0, titles)).toBe(1);
  time += 2000;
  expect(type('e', 1, titles)).toBe(2);
  time += 2000;
  expect(type('ا', 0, titles)).toBe(3);
  time += 2000;
  expect(type('z', 0, titles)).toBeNull();
  expect(type('Shift', 0, titles)).toBeNull();
});
