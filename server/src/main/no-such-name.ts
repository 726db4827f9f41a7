// A word on the command line that should name something and names nothing: told with what is there, in sentences.

export class NoSuchName extends Error {
  override name = 'NoSuchName';
}
