// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Enumerable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// The example album: one thousand numbered copies, #1 to #1000, sold by the artist.
contract TideAlbum is ERC721Enumerable, Ownable {
    uint256 public constant MAX_SUPPLY = 1000;
    uint256 public constant PRICE = 0.1 ether;

    uint256 private _shelf = 1;

    error NoSuchCopy(uint256 copy);
    error WrongPrice(uint256 sent, uint256 wanted);
    error SoldOut();

    constructor(address artist) ERC721("Tide", "TIDE") Ownable(artist) {}

    /// Press the copies fromId to fromId + count - 1 and give them to `to`.
    function mintBatch(address to, uint256 fromId, uint256 count) external onlyOwner {
        if (fromId == 0) revert NoSuchCopy(0);
        if (fromId + count > MAX_SUPPLY + 1) revert NoSuchCopy(fromId + count - 1);
        for (uint256 copy = fromId; copy < fromId + count; copy++) {
            _mint(to, copy);
        }
    }

    /// Buy the lowest-numbered copy that the artist still has; the money goes to the artist.
    function buy() external payable returns (uint256 copy) {
        if (msg.value != PRICE) revert WrongPrice(msg.value, PRICE);
        copy = _nextOnShelf();
        _transfer(owner(), msg.sender, copy);
        Address.sendValue(payable(owner()), msg.value);
    }

    function _nextOnShelf() private returns (uint256 copy) {
        copy = _shelf;
        while (copy <= MAX_SUPPLY && _ownerOf(copy) != owner()) copy++;
        if (copy > MAX_SUPPLY) revert SoldOut();
        _shelf = copy + 1;
    }
}
