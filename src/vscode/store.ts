/**
 * Disposables with one owner: whatever is added ends with the store, in reverse order.
 */
import type { Disposable } from 'vscode';

export class Store implements Disposable {
  private readonly items: Disposable[] = [];
  private disposed = false;

  /** Takes a disposable over. After the store has ended it is disposed at once. */
  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    this.disposed = true;
    for (let item = this.items.pop(); item; item = this.items.pop()) item.dispose();
  }
}
