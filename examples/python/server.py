"""A WebSocket server that keeps to docs/server-contract.md, with Python's standard library alone."""
import asyncio, base64, hashlib, os, random, signal, struct, sys, time

BORN = time.time()
FLAG = os.environ.get("DRAIN_FLAG", "/tmp/drain")
seconds = lambda name, default: int(os.environ.get(name, default)) / 1000
INTERVAL, GRACE = seconds("SOCKET_HEARTBEAT_INTERVAL_MS", 25000), seconds("SOCKET_HEARTBEAT_GRACE_MS", 20000)
DRAIN = seconds("SOCKET_DRAIN_MS", 50000)
clients, draining = {}, False


def ready():
    try:
        return not draining and os.stat(FLAG).st_mtime < BORN
    except OSError:
        return not draining


def frame(opcode, payload=b""):
    return bytes([0x80 | opcode, len(payload)]) + payload


def answer(writer, status, body, *headers):
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/plain", f"Content-Length: {len(body)}", "Connection: close", *headers]
    writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())


async def heartbeat(writer):
    while True:
        await asyncio.sleep(INTERVAL)
        # Until Python 3.12 a pong in the same instant swallows the cancellation of who waits for it.
        if writer not in clients:
            return
        clients[writer].clear()
        writer.write(frame(0x9))
        try:
            await asyncio.wait_for(clients[writer].wait(), GRACE)
        except asyncio.TimeoutError:
            return writer.transport.abort()


async def serve(reader, writer):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
    if "upgrade" not in headers:
        answer(writer, *(("200 OK", "ready\n") if ready() else ("503 Service Unavailable", "draining\n")))
        return writer.close()
    if not ready():
        answer(writer, "503 Service Unavailable", "draining\n", "Retry-After: 5")
        return writer.close()
    key = headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
    writer.write(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode())
    clients[writer] = asyncio.Event()
    beat = asyncio.create_task(heartbeat(writer))
    try:
        while True:
            opcode, length = await reader.readexactly(2)
            length &= 0x7F
            if length > 125:
                length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8), "big")
            mask, data = await reader.readexactly(4), await reader.readexactly(length)
            data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
            if opcode & 0xF == 0x8:
                break
            if opcode & 0xF == 0xA:
                clients[writer].set()
            elif length < 126:  # an echo
                writer.write(frame(0xA if opcode & 0xF == 0x9 else opcode & 0xF, data))
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        beat.cancel()
        del clients[writer]
        writer.close()


async def main():
    global draining
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await asyncio.start_server(serve, "0.0.0.0", int(os.environ.get("PORT", "3000")), backlog=1024)
    await stop.wait()
    draining, end = True, time.monotonic() + DRAIN
    waiting = list(clients)
    random.shuffle(waiting)
    for left in range(len(waiting), 0, -1):
        await asyncio.sleep((end - time.monotonic()) / (left + 0.5))
        if waiting[left - 1] in clients:
            waiting[left - 1].write(frame(0x8, struct.pack("!H", 1012)))
    await asyncio.sleep(min(1.0, max(0.0, end - time.monotonic()) + 0.5) if waiting else 0)
    os._exit(0)


asyncio.run(main())
