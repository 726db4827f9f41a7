// What nodes that share a database tell each other for those who look on. Whatever is not heard is lost.

export interface LiveLink {
  /** Tells every node a text of less than 8,000 bytes. Rejects where the database does not take it. */
  tell(text: string): Promise<void>;

  /** Calls the listener with what other nodes, or this one, have told; the answer stops it. */
  onTold(listener: (text: string) => void): () => void;
}
