// @ts-check
// What the phone holds, in IndexedDB: the parts and cases that the server gave, the queue of commands, the photos that wait, and a few words
// about itself. Everything else is drawn from these; a page that is closed in the middle loses nothing that was written here.

/** @typedef {{ id: number, version: number, [name: string]: any }} HeldCase */
/** @typedef {"kept" | "conflict" | "refused"} QueueState */
/**
 * A command that was given on this phone. `state` kept: to be sent; the others wait for the person to decide.
 * @typedef {{
 *   n?: number, id: string, name: string, subject: number | string | null, seen: number | null, after: string | null,
 *   done_at: string, data: Record<string, any>, photos: string[], state: QueueState, result: any, words: string,
 * }} Kept
 */

const NAME = "gezhi-field";
const VERSION = 1;
const STORES = ["self", "parts", "cases", "queue", "photos"];

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function open() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      const db = asked.result;
      db.createObjectStore("self");
      db.createObjectStore("parts");
      db.createObjectStore("cases", { keyPath: "id" });
      db.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
      db.createObjectStore("photos");
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => {
        asked.result.close();
        opened = null;
      };
      done(asked.result);
    };
    asked.onerror = () => fail(asked.error);
    asked.onblocked = () => fail(new Error("another window holds an older version open"));
  });
  return opened;
}

/** @template T @param {IDBRequest<T>} asked @returns {Promise<T>} */
function answered(asked) {
  return new Promise((done, fail) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

/** @param {string} store @param {IDBValidKey} key @returns {Promise<any>} */
export async function read(store, key) {
  const db = await open();
  return answered(db.transaction(store).objectStore(store).get(key));
}

/** @param {string} store @returns {Promise<any[]>} */
export async function all(store) {
  const db = await open();
  return answered(db.transaction(store).objectStore(store).getAll());
}

/** @param {string} store @returns {Promise<IDBValidKey[]>} */
export async function keys(store) {
  const db = await open();
  return answered(db.transaction(store).objectStore(store).getAllKeys());
}

/**
 * Several writes that stand or fall together. Resolves when they are on the disk; a full storage rejects and leaves everything as it was.
 * @param {(stores: Record<string, IDBObjectStore>) => void} change
 */
export async function write(change) {
  const db = await open();
  await new Promise((done, fail) => {
    const unit = db.transaction(STORES, "readwrite", { durability: "strict" });
    unit.oncomplete = () => done(undefined);
    unit.onabort = () => fail(unit.error ?? new Error("not written"));
    change(Object.fromEntries(STORES.map((name) => [name, unit.objectStore(name)])));
  });
}

/** Everything goes: the phone was ended. Also what still waited, because whoever has the phone now must not see it. */
export async function wipe() {
  await write((stores) => {
    for (const store of Object.values(stores)) store.clear();
  });
}

/** What was given goes, what was done here stays: somebody has to sign in again, or the data are too old to be shown. */
export async function forgetGiven() {
  await write(({ parts, cases }) => {
    parts.clear();
    cases.clear();
  });
}

/** Ask the browser not to throw the store away when space runs out. @returns {Promise<boolean>} */
export async function staysForGood() {
  return (await navigator.storage?.persist?.()) ?? false;
}

/** How full the phone's storage for this site is, 0 to 1; 0 where the browser won't say. @returns {Promise<number>} */
export async function fullness() {
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
  return usage && quota ? usage / quota : 0;
}
