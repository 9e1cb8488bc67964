// Returns the header that a component was sent, and the bytes after it.
function unpacked(data) {
  const end = 4 + new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(0, true);
  return [JSON.parse(new TextDecoder().decode(data.subarray(4, end))), data.subarray(end)];
}

