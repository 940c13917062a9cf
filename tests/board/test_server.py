"""The monitor's commands and the server's sockets, without a core that runs."""

import logging
import socket
import struct
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snn_spinnaker.board.options import SCP_PORT, BoardOptions
from snn_spinnaker.board.process import free_address
from snn_spinnaker.board.scp import Command, Result
from snn_spinnaker.board.server import Server


class Client:
    """Speaks the protocol from the bytes up, sharing no code with the server."""

    def __init__(self, address):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect((address, SCP_PORT))
        # A reply takes microseconds; ten seconds only bound a failing test.
        self._socket.settimeout(10.0)
        self._sequence = 0

    def close(self):
        self._socket.close()

    def send(self, data):
        self._socket.send(data)

    def ask(self, command, *arguments, data=b"", chip=(0, 0), core=0):
        self._sequence = (self._sequence + 1) & 0xFFFF
        header = bytes([0, 0, 0x87, 0xFF, core, 0xFF, chip[1], chip[0], 0, 0])
        words = [*arguments, 0, 0, 0][:3]
        self.send(header + struct.pack("<HH3I", command, self._sequence, *words) + data)
        while True:
            reply = self._socket.recv(2048)
            result, sequence = struct.unpack_from("<HH", reply, 10)
            if sequence == self._sequence:
                return result, reply[14:]


@pytest.fixture(scope="module")
def server():
    server = Server(BoardOptions(address=free_address()))
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server
    server.running = False
    thread.join(10)
    assert not thread.is_alive()
    server.stop()


@pytest.fixture
def client(server):
    client = Client(server.options.address)
    yield client
    client.close()


def test_version(client):
    result, data = client.ask(Command.VERSION, chip=(1, 0))
    assert result == Result.OK
    assert data[2:4] == bytes([0, 1])
    assert data[12:] == b"SC&MP/SpiNNaker\x004.0.0\0"


def test_write_then_read(client):
    assert client.ask(Command.WRITE, 0x60300000, 5, data=b"hello") == (Result.OK, b"")
    assert client.ask(Command.READ, 0x70300000, 5) == (Result.OK, b"hello")
    assert client.ask(Command.READ, 0x60300000, 5, chip=(1, 1)) == (Result.OK, bytes(5))


def test_fill_and_link_access(client):
    assert client.ask(Command.FILL, 0x60301000, 0x01020304, 10)[0] == Result.OK
    expected = bytes([4, 3, 2, 1] * 2 + [4, 3, 0])
    assert client.ask(Command.READ, 0x60301000, 11)[1] == expected
    # Link 0 of chip (0, 0) leads to (1, 0), whose link 1 leads to (0, 1): it is a small torus.
    assert client.ask(Command.LINK_WRITE, 0x60302000, 3, 0, data=b"xyz")[0] == Result.OK
    assert client.ask(Command.READ, 0x60302000, 3, chip=(1, 0))[1] == b"xyz"
    assert client.ask(Command.LINK_READ, 0x60302000, 3, 0)[1] == b"xyz"


@pytest.mark.parametrize(
    ("command", "arguments", "data", "chip", "result"),
    [
        (77, (), b"", (0, 0), Result.BAD_COMMAND),
        (Command.READ, (0x60000000, 257), b"", (0, 0), Result.BAD_LENGTH),
        (Command.READ, (0x00400000, 4), b"", (0, 0), Result.BAD_ARGUMENT),
        (Command.READ, (0x67FFFFFF, 2), b"", (0, 0), Result.BAD_ARGUMENT),
        (Command.WRITE, (0x60000000, 8), b"abc", (0, 0), Result.BAD_LENGTH),
        (Command.FILL, (0x67FFFFF0, 0, 64), b"", (0, 0), Result.BAD_ARGUMENT),
        (Command.VERSION, (), b"", (7, 7), Result.NO_ROUTE),
        (Command.LINK_READ, (0x60000000, 4, 3), b"", (0, 0), Result.BAD_ARGUMENT),
        (Command.IPTAG, (1 << 16 | 9, 0, 0), b"", (0, 0), Result.BAD_ARGUMENT),
        (Command.ALLOCATE, (9,), b"", (0, 0), Result.BAD_ARGUMENT),
        (Command.ROUTER, (5,), b"", (0, 0), Result.BAD_ARGUMENT),
        (Command.ROUTER, (2 | 1024 << 16, 0x60300000, 5), b"", (0, 0), Result.BAD_ARGUMENT),
        (Command.SIGNAL, (0, 99 << 16, 0), b"", (0, 0), Result.BAD_ARGUMENT),
        (Command.NEAREST_NEIGHBOUR, (1,), b"", (0, 0), Result.BAD_ARGUMENT),
        (Command.APPLICATION_COPY_RUN, (0, 1 << 20, 2), b"", (0, 0), Result.BAD_ARGUMENT),
    ],
)
def test_bad_commands_get_the_boards_error_code(client, command, arguments, data, chip, result):
    assert client.ask(command, *arguments, data=data, chip=chip) == (result, b"")


def test_an_image_that_is_none_is_refused(client):
    client.ask(Command.FILL, 0x67800000, 0xFFFFFFFF, 256)
    assert client.ask(Command.APPLICATION_RUN, 30 << 24 | 2)[0] == Result.BAD_ARGUMENT


def test_a_message_for_an_idle_core_is_refused(client):
    assert client.ask(Command.VERSION, core=5)[0] == Result.DEAD


def test_memory_is_allocated_by_tag(client):
    _, data = client.ask(Command.ALLOCATE, 30 << 8, 1000, 7)
    (address,) = struct.unpack("<I", data)
    assert 0x60240000 < address < 0x67800000
    assert client.ask(Command.ALLOCATE, 30 << 8, 1000, 7)[1] == bytes(4)
    assert client.ask(Command.ALLOCATE, 30 << 8 | 2)[0] == Result.OK
    assert client.ask(Command.ALLOCATE, 30 << 8, 1000, 7)[1] == data
    assert client.ask(Command.ALLOCATE, 30 << 8 | 2)[0] == Result.OK


def test_routes_are_loaded_and_read_back(client, server):
    _, data = client.ask(Command.ALLOCATE, 30 << 8 | 3, 2)
    (first,) = struct.unpack("<I", data)
    table = struct.pack("<HHIII", 0, 0, 1 << 7, 0x1000, 0xFFFFFF00)
    table += struct.pack("<HHIII", 0, 0, 1 << 8, 0x2000, 0xFFFFFF00)
    client.ask(Command.WRITE, 0x60400000, len(table), data=table)
    assert client.ask(Command.ROUTER, 2 | 30 << 8 | 2 << 16, 0x60400000, first)[0] == Result.OK
    router = server.machine.chips[0, 0].router
    assert router.lookup(0x1012) == 1 << 7
    assert router.lookup(0x20FF) == 1 << 8
    assert router.lookup(0x3000) is None
    client.ask(Command.ALLOCATE, 30 << 8 | 5)
    assert router.lookup(0x1012) is None


def test_counting_cores_in_a_state(client):
    # All 4 x 17 application cores are idle (15) and belong to application 0.
    assert client.ask(Command.COUNT, 0, 15)[1] == struct.pack("<I", 68)


def test_live_input_for_nobody_does_no_harm(client, server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((server.options.address, 0))
        port = probe.getsockname()[1]
    reverse = 1 << 29 | 1 << 16 | 3 << 8 | 4
    assert client.ask(Command.IPTAG, reverse, port, 0)[0] == Result.OK
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"\1\0nonsense", (server.options.address, port))
    assert client.ask(Command.IPTAG, 3 << 16 | 4)[0] == Result.OK
    assert client.ask(Command.VERSION)[0] == Result.OK


def test_two_clients_get_their_own_answers(server):
    clients = [Client(server.options.address) for _ in range(2)]
    try:
        for number, client in enumerate(clients):
            client.ask(Command.WRITE, 0x60310000 + 16 * number, 4, data=b"own%d" % number)
        for _ in range(50):
            for number, client in enumerate(clients):
                wanted = (Result.OK, b"own%d" % number)
                assert client.ask(Command.READ, 0x60310000 + 16 * number, 4) == wanted
    finally:
        for client in clients:
            client.close()


HEADED = st.builds(
    lambda header, command, body: b"\0\0" + bytes(header) + struct.pack("<H", command) + body,
    st.tuples(
        st.integers(0, 255), st.integers(0, 255), st.sampled_from([0, 1, 17, 31, 255]),
        st.integers(0, 255), st.integers(0, 2), st.integers(0, 2),
        st.integers(0, 255), st.integers(0, 255),
    ),
    st.integers(0, 64),
    st.binary(max_size=300),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.binary(max_size=400), HEADED), min_size=1, max_size=20))
def test_no_packet_ends_the_server(client, packets):
    logging.getLogger("snn_spinnaker.board").setLevel(logging.CRITICAL)
    try:
        for packet in packets:
            client.send(packet)
        assert client.ask(Command.VERSION)[0] == Result.OK
    finally:
        logging.getLogger("snn_spinnaker.board").setLevel(logging.NOTSET)


def test_a_cold_board_is_silent_until_booted():
    server = Server(BoardOptions(address=free_address(), booted=False))
    thread = threading.Thread(target=server.serve)
    thread.start()
    client = Client(server.options.address)
    client._socket.settimeout(0.3)
    try:
        with pytest.raises(TimeoutError):
            client.ask(Command.VERSION)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as booter:
            for operation in (1, 3, 5):
                message = struct.pack(">HIIII", 1, operation, 0, 0, 0)
                booter.sendto(message, (server.options.address, 54321))
        client._socket.settimeout(10.0)
        assert client.ask(Command.VERSION)[0] == Result.OK
    finally:
        client.close()
        server.running = False
        thread.join(10)
        server.stop()
