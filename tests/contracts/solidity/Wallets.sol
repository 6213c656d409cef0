// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// Wallets for the tests of sign-in: honest ones, changeable ones, and hostile ones.

bytes4 constant YES = 0x1626ba7e;

function signer(bytes32 digest, bytes calldata signature) pure returns (address) {
    if (signature.length != 65) return address(0);
    return ecrecover(digest, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
}

/// EIP-1271: its owner signs for it, and may be changed.
contract OwnedWallet {
    address public owner;

    constructor(address first) {
        owner = first;
    }

    function setOwner(address next) external {
        require(msg.sender == owner, "not the owner");
        owner = next;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        address who = signer(digest, signature);
        return who != address(0) && who == owner ? YES : bytes4(0xffffffff);
    }

    function leave() external {
        selfdestruct(payable(msg.sender));
    }
}

/// EIP-1271 for whoever took it last; anybody may take it.
contract OpenWallet {
    address public owner;

    function take(address next) external {
        owner = next;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        address who = signer(digest, signature);
        return who != address(0) && who == owner ? YES : bytes4(0xffffffff);
    }
}

/// Makes an OwnedWallet at an address that depends on its owner (EIP-1014).
contract WalletFactory {
    function make(address owner, bytes32 salt) external returns (address) {
        return address(new OwnedWallet{salt: salt}(owner));
    }

    function where(address owner, bytes32 salt) external view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(OwnedWallet).creationCode, abi.encode(owner)));
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, code)))));
    }
}

/// Says whatever it was made to say, in whatever length.
contract Says {
    bytes private said;

    constructor(bytes memory answer) {
        said = answer;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        return said;
    }
}

/// Uses all gas that it is given.
contract GasBurner {
    fallback() external {
        uint256 i;
        while (true) i++;
    }
}

/// Answers with as many bytes as its gas pays for, the first of which say yes.
contract ReturnBomb {
    fallback() external {
        assembly {
            mstore(0, shl(224, 0x1626ba7e))
            return(0, 900000)
        }
    }
}

/// Refuses with as many bytes.
contract RevertBomb {
    fallback() external {
        assembly {
            revert(0, 900000)
        }
    }
}

/// Refuses.
contract Reverting {
    fallback() external {
        revert("no");
    }
}

/// Stops at an instruction that there is not.
contract InvalidInstruction {
    fallback() external {
        assembly {
            invalid()
        }
    }
}

/// Asks the reader to fetch an address (EIP-3668).
contract OffchainWallet {
    error OffchainLookup(address sender, string[] urls, bytes callData, bytes4 callbackFunction, bytes extraData);

    string private url;

    constructor(string memory there) {
        url = there;
    }

    function proceed(bytes calldata, bytes calldata) external pure returns (bytes4) {
        return YES;
    }

    fallback() external {
        string[] memory urls = new string[](1);
        urls[0] = url;
        revert OffchainLookup(address(this), urls, msg.data, this.proceed.selector, "");
    }
}
