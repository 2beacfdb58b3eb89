/**
 * What was known last, kept in this browser for one person: it opens the page while the server is away. Everything of it
 * is forgotten at the sign-out, and when somebody else signs in.
 */
const database = 'ohmstead'
const store = 'known'

function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open(database, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(store)
  return done(opening)
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

let opened: Promise<IDBDatabase> | undefined

async function within<Result>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result | undefined> {
  // A browser that keeps nothing (private windows, no room) is no reason to fail: then nothing is remembered.
  try {
    opened ??= open()
    const connection = await opened
    return await done(work(connection.transaction(store, mode).objectStore(store)))
  } catch {
    opened = undefined
    return undefined
  }
}

export async function remember(key: string, value: unknown): Promise<void> {
  await within('readwrite', known => known.put(value, key))
}

/** Undefined when nothing is remembered under this key. */
export function recall<Value>(key: string): Promise<Value | undefined> {
  return within('readonly', known => known.get(key) as IDBRequest<Value | undefined>)
}

export async function forgetAll(): Promise<void> {
  await within('readwrite', known => known.clear())
}
