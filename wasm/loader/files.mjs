// How file: URLs are read where there are files: node.mjs fills it in. In pages and workers it stays empty.

export const files = { read: undefined }; // (URL) → promise of bytes
