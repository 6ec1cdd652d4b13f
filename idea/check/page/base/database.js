// @ts-check
/** The browser's database, which holds more than its storage; where it isn't available, nothing is stored. */

/** @typedef {Record<string, unknown>} Values by their stores */

const VERSION = 1;

/**
 * Open a database of this site's own: others may have the same origin.
 * @param {string} name
 * @param {string[]} stores
 * @returns {Promise<Database | null>}
 */
export async function database(name, stores) {
  try {
    const request = indexedDB.open(`idea ${new URL(".", location.href).pathname} ${name}`, VERSION);
    request.onupgradeneeded = () => stores.forEach((store) => request.result.createObjectStore(store));
    return new Database(await result(request));
  } catch {
    return null;
  }
}

export class Database {
  #database;

  /** @param {IDBDatabase} opened */
  constructor(opened) {
    this.#database = opened;
  }

  /**
   * Store values under one key, all or none.
   * @param {Values} values by their stores
   * @param {string} key
   * @param {boolean} [isNew] whether nothing is replaced: then the key must be a new one
   * @returns {Promise<boolean>} whether there was room
   */
  async put(values, key, isNew = false) {
    try {
      const changes = this.#database.transaction(Object.keys(values), "readwrite");
      for (const [name, value] of Object.entries(values)) {
        const store = changes.objectStore(name);
        if (isNew) store.add(value, key);
        else store.put(value, key);
      }
      await finished(changes);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * @param {string[]} stores
   * @param {string} key
   */
  async remove(stores, key) {
    const changes = this.#database.transaction(stores, "readwrite");
    for (const store of stores) changes.objectStore(store).delete(key);
    await finished(changes);
  }

  /**
   * @param {string} store
   * @returns {Promise<IDBValidKey[]>} none where they can't be read
   */
  async keys(store) {
    try {
      return await result(this.#database.transaction(store).objectStore(store).getAllKeys());
    } catch {
      return [];
    }
  }

  /**
   * @param {string} store
   * @returns {Promise<any[]>}
   */
  all(store) {
    return result(this.#database.transaction(store).objectStore(store).getAll());
  }

  /**
   * @param {string} store
   * @param {string} key
   * @returns {Promise<any>}
   */
  get(store, key) {
    return result(this.#database.transaction(store).objectStore(store).get(key));
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {IDBTransaction} changes
 * @returns {Promise<void>}
 */
function finished(changes) {
  return new Promise((resolve, reject) => {
    changes.oncomplete = () => resolve();
    changes.onerror = changes.onabort = () => reject(changes.error);
  });
}
