import Database from 'libsql';

/** Runs an action while a store's audit log can be read and takes no record, as on a disk that is full. */
export async function whileLogIsFull<T>(store: string, action: () => Promise<T>): Promise<T> {
  const db = new Database(store);
  db.exec("create trigger full before insert on audit_records begin select raise(abort, 'no'); end");
  try {
    return await action();
  } finally {
    db.exec('drop trigger full');
    db.close();
  }
}
