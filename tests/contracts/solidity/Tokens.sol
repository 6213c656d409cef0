// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// Tokens for the tests of the holdings index. They keep only what a test asks them; anybody may
// mint and move, for it is the logs that are tested.

/// ERC-721, with ERC-2309's range log, and transfers by the thousand.
contract Copies {
    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);
    event ConsecutiveTransfer(
        uint256 indexed fromTokenId, uint256 toTokenId, address indexed from, address indexed to
    );

    mapping(uint256 => address) public ownerOf;
    mapping(address => uint256) public balanceOf;

    function mint(address to, uint256 first, uint256 count) external {
        for (uint256 id = first; id < first + count; ++id) _move(address(0), to, id);
    }

    /// Only logs, one holder for each copy: `count` transfers for little gas.
    function scatter(uint160 firstHolder, uint256 first, uint256 count) external {
        for (uint256 n; n < count; ++n) {
            emit Transfer(address(0), address(firstHolder + uint160(n)), first + n);
        }
    }

    function mintRange(address to, uint256 first, uint256 last) external {
        emit ConsecutiveTransfer(first, last, address(0), to);
    }

    function move(address from, address to, uint256 id) external {
        _move(from, to, id);
    }

    function _move(address from, address to, uint256 id) private {
        if (from != address(0)) balanceOf[from] -= 1;
        if (to != address(0)) balanceOf[to] += 1;
        ownerOf[id] = to;
        emit Transfer(from, to, id);
    }
}

/// ERC-20, with votes that are counted by block or by time (EIP-5805, EIP-6372).
contract Coins {
    event Transfer(address indexed from, address indexed to, uint256 value);

    struct Mark {
        uint48 at;
        uint256 votes;
    }

    bool private byTime;
    mapping(address => uint256) public balanceOf;
    mapping(address => Mark[]) private marks;

    constructor(bool time) {
        byTime = time;
    }

    function clock() public view returns (uint48) {
        return uint48(byTime ? block.timestamp : block.number);
    }

    function CLOCK_MODE() external view returns (string memory) {
        return byTime ? "mode=timestamp" : "mode=blocknumber&from=default";
    }

    function mint(address to, uint256 value) external {
        _move(address(0), to, value);
    }

    /// One balance for each of `count` holders, in storage.
    function scatter(uint160 firstHolder, uint256 count) external {
        for (uint256 n; n < count; ++n) balanceOf[address(firstHolder + uint160(n))] = n + 1;
    }

    function move(address from, address to, uint256 value) external {
        _move(from, to, value);
    }

    function getPastVotes(address who, uint256 at) external view returns (uint256 votes) {
        require(at < clock(), "in the future");
        Mark[] storage all = marks[who];
        for (uint256 n; n < all.length && all[n].at <= at; ++n) votes = all[n].votes;
    }

    function _move(address from, address to, uint256 value) private {
        unchecked {
            if (from != address(0)) balanceOf[from] -= value;
            if (to != address(0)) balanceOf[to] += value;
        }
        marks[from].push(Mark(clock(), balanceOf[from]));
        marks[to].push(Mark(clock(), balanceOf[to]));
        emit Transfer(from, to, value);
    }
}

/// ERC-1155.
contract Things {
    event TransferSingle(
        address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value
    );
    event TransferBatch(
        address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values
    );

    function one(address from, address to, uint256 id, uint256 value) external {
        emit TransferSingle(msg.sender, from, to, id, value);
    }

    function many(address from, address to, uint256[] calldata ids, uint256[] calldata values) external {
        emit TransferBatch(msg.sender, from, to, ids, values);
    }
}

/// An Unlock-style lock: a key that ends without a log.
contract Lock {
    mapping(address => uint256) private until;

    function grant(address to, uint256 end) external {
        until[to] = end;
    }

    function balanceOf(address who) external view returns (uint256) {
        return until[who] > block.timestamp ? 1 : 0;
    }

    function getHasValidKey(address who) external view returns (bool) {
        return until[who] > block.timestamp;
    }

    function tokenOfOwnerByIndex(address who, uint256) external view returns (uint256) {
        require(until[who] > 0, "no key");
        return uint160(who);
    }

    function keyExpirationTimestampFor(uint256 key) external view returns (uint256) {
        return until[address(uint160(key))];
    }

}

/// A lock of the older form, whose keys end by owner.
contract OldLock {
    mapping(address => uint256) public keyExpirationTimestampFor;

    function grant(address to, uint256 end) external {
        keyExpirationTimestampFor[to] = end;
    }

    function getHasValidKey(address who) external view returns (bool) {
        return keyExpirationTimestampFor[who] > block.timestamp;
    }
}

/// Says whatever it is told, as logs or as answers.
contract Oddity {
    bytes private answer;
    bool private refuses;
    bool private endless;

    function say(bytes32[] calldata topics, bytes calldata data) external {
        bytes memory held = data;
        if (topics.length == 1) {
            bytes32 a = topics[0];
            assembly { log1(add(held, 32), mload(held), a) }
        } else if (topics.length == 2) {
            (bytes32 a, bytes32 b) = (topics[0], topics[1]);
            assembly { log2(add(held, 32), mload(held), a, b) }
        } else if (topics.length == 3) {
            (bytes32 a, bytes32 b, bytes32 c) = (topics[0], topics[1], topics[2]);
            assembly { log3(add(held, 32), mload(held), a, b, c) }
        } else {
            (bytes32 a, bytes32 b, bytes32 c, bytes32 d) = (topics[0], topics[1], topics[2], topics[3]);
            assembly { log4(add(held, 32), mload(held), a, b, c, d) }
        }
    }

    function tell(bytes calldata next) external {
        (answer, refuses, endless) = (next, false, false);
    }

    function refuse() external {
        refuses = true;
    }

    function spin() external {
        endless = true;
    }

    function leave() external {
        selfdestruct(payable(msg.sender));
    }

    fallback(bytes calldata) external returns (bytes memory) {
        while (endless) {}
        require(!refuses, "no");
        return answer;
    }
}

/// Multicall3's `aggregate3`, for the address where chains have it.
contract Many {
    struct Call3 {
        address target;
        bool allowFailure;
        bytes callData;
    }

    struct Result {
        bool success;
        bytes returnData;
    }

    function aggregate3(Call3[] calldata calls) external payable returns (Result[] memory results) {
        results = new Result[](calls.length);
        for (uint256 n; n < calls.length; ++n) {
            (bool success, bytes memory returned) = calls[n].target.call(calls[n].callData);
            require(success || calls[n].allowFailure, "Multicall3: call failed");
            results[n] = Result(success, returned);
        }
    }
}
