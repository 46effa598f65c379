/** Text of unknown origin, such that it cannot steer a terminal: control characters but tabs and line ends become `�`. */
export const printable = (text: string): string =>
  text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd')
