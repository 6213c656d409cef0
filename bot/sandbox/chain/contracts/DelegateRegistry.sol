// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// What a vault has said in the registry, under the published interface of delegate.xyz v2. This
/// text is our own: the demo and the tests put it at the published address of the local chain.
/// Left out are `readSlot` and `readSlots`, which show the original's storage, `supportsInterface`
/// and `sweep`.
contract DelegateRegistry {
    enum DelegationType {
        NONE,
        ALL,
        CONTRACT,
        ERC721,
        ERC20,
        ERC1155
    }

    struct Delegation {
        DelegationType type_;
        address to;
        address from;
        bytes32 rights;
        address contract_;
        uint256 tokenId;
        uint256 amount;
    }

    event DelegateAll(address indexed from, address indexed to, bytes32 rights, bool enable);
    event DelegateContract(
        address indexed from, address indexed to, address indexed contract_, bytes32 rights, bool enable
    );
    event DelegateERC721(
        address indexed from,
        address indexed to,
        address indexed contract_,
        uint256 tokenId,
        bytes32 rights,
        bool enable
    );
    event DelegateERC20(
        address indexed from, address indexed to, address indexed contract_, bytes32 rights, uint256 amount
    );
    event DelegateERC1155(
        address indexed from,
        address indexed to,
        address indexed contract_,
        uint256 tokenId,
        bytes32 rights,
        uint256 amount
    );

    error MulticallFailed();

    mapping(bytes32 id => Delegation) private _said;
    mapping(bytes32 id => bool) private _listed;
    mapping(address to => bytes32[]) private _incoming;
    mapping(address from => bytes32[]) private _outgoing;

    function multicall(bytes[] calldata data) external payable returns (bytes[] memory results) {
        results = new bytes[](data.length);
        for (uint256 i = 0; i < data.length; i++) {
            bool done;
            (done, results[i]) = address(this).delegatecall(data[i]);
            if (!done) revert MulticallFailed();
        }
    }

    function delegateAll(address to, bytes32 rights, bool enable) external payable returns (bytes32) {
        emit DelegateAll(msg.sender, to, rights, enable);
        return _say(Delegation(DelegationType.ALL, to, msg.sender, rights, address(0), 0, 0), enable);
    }

    function delegateContract(address to, address contract_, bytes32 rights, bool enable)
        external
        payable
        returns (bytes32)
    {
        emit DelegateContract(msg.sender, to, contract_, rights, enable);
        return _say(Delegation(DelegationType.CONTRACT, to, msg.sender, rights, contract_, 0, 0), enable);
    }

    function delegateERC721(address to, address contract_, uint256 tokenId, bytes32 rights, bool enable)
        external
        payable
        returns (bytes32)
    {
        emit DelegateERC721(msg.sender, to, contract_, tokenId, rights, enable);
        return _say(Delegation(DelegationType.ERC721, to, msg.sender, rights, contract_, tokenId, 0), enable);
    }

    function delegateERC20(address to, address contract_, bytes32 rights, uint256 amount)
        external
        payable
        returns (bytes32)
    {
        emit DelegateERC20(msg.sender, to, contract_, rights, amount);
        return _say(Delegation(DelegationType.ERC20, to, msg.sender, rights, contract_, 0, amount), amount != 0);
    }

    function delegateERC1155(address to, address contract_, uint256 tokenId, bytes32 rights, uint256 amount)
        external
        payable
        returns (bytes32)
    {
        emit DelegateERC1155(msg.sender, to, contract_, tokenId, rights, amount);
        return
            _say(Delegation(DelegationType.ERC1155, to, msg.sender, rights, contract_, tokenId, amount), amount != 0);
    }

    function checkDelegateForAll(address to, address from, bytes32 rights) external view returns (bool) {
        return _all(to, from, rights);
    }

    function checkDelegateForContract(address to, address from, address contract_, bytes32 rights)
        external
        view
        returns (bool)
    {
        return _all(to, from, rights) || _contract(to, from, contract_, rights);
    }

    function checkDelegateForERC721(address to, address from, address contract_, uint256 tokenId, bytes32 rights)
        external
        view
        returns (bool)
    {
        return _all(to, from, rights) || _contract(to, from, contract_, rights)
            || _says(Delegation(DelegationType.ERC721, to, from, rights, contract_, tokenId, 0)) != 0;
    }

    function checkDelegateForERC20(address to, address from, address contract_, bytes32 rights)
        external
        view
        returns (uint256)
    {
        if (_all(to, from, rights) || _contract(to, from, contract_, rights)) return type(uint256).max;
        return _says(Delegation(DelegationType.ERC20, to, from, rights, contract_, 0, 0));
    }

    function checkDelegateForERC1155(address to, address from, address contract_, uint256 tokenId, bytes32 rights)
        external
        view
        returns (uint256)
    {
        if (_all(to, from, rights) || _contract(to, from, contract_, rights)) return type(uint256).max;
        return _says(Delegation(DelegationType.ERC1155, to, from, rights, contract_, tokenId, 0));
    }

    function getIncomingDelegations(address to) external view returns (Delegation[] memory) {
        return _standing(_incoming[to]);
    }

    function getOutgoingDelegations(address from) external view returns (Delegation[] memory) {
        return _standing(_outgoing[from]);
    }

    function getIncomingDelegationHashes(address to) external view returns (bytes32[] memory) {
        return _ids(_incoming[to]);
    }

    function getOutgoingDelegationHashes(address from) external view returns (bytes32[] memory) {
        return _ids(_outgoing[from]);
    }

    function getDelegationsFromHashes(bytes32[] calldata ids) external view returns (Delegation[] memory found) {
        found = new Delegation[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) {
            found[i] = _said[ids[i]];
        }
    }

    function _say(Delegation memory word, bool enable) private returns (bytes32 id) {
        id = _id(word);
        if (!_listed[id]) {
            _listed[id] = true;
            _incoming[word.to].push(id);
            _outgoing[word.from].push(id);
        }
        if (enable) _said[id] = word;
        else delete _said[id];
    }

    function _id(Delegation memory word) private pure returns (bytes32) {
        return keccak256(abi.encode(word.type_, word.to, word.from, word.rights, word.contract_, word.tokenId));
    }

    function _all(address to, address from, bytes32 rights) private view returns (bool) {
        return _says(Delegation(DelegationType.ALL, to, from, rights, address(0), 0, 0)) != 0;
    }

    function _contract(address to, address from, address contract_, bytes32 rights) private view returns (bool) {
        return _says(Delegation(DelegationType.CONTRACT, to, from, rights, contract_, 0, 0)) != 0;
    }

    /// How much: of amounts the greater one, else 1. Empty rights stand for every right.
    function _says(Delegation memory word) private view returns (uint256 most) {
        most = _much(_said[_id(word)]);
        word.rights = "";
        uint256 whole = _much(_said[_id(word)]);
        if (whole > most) most = whole;
    }

    function _much(Delegation storage word) private view returns (uint256) {
        if (word.type_ == DelegationType.NONE) return 0;
        return word.type_ < DelegationType.ERC20 ? 1 : word.amount;
    }

    function _ids(bytes32[] storage all) private view returns (bytes32[] memory ids) {
        ids = new bytes32[](_count(all));
        uint256 next = 0;
        for (uint256 i = 0; i < all.length; i++) {
            if (_said[all[i]].type_ != DelegationType.NONE) ids[next++] = all[i];
        }
    }

    function _standing(bytes32[] storage all) private view returns (Delegation[] memory found) {
        found = new Delegation[](_count(all));
        uint256 next = 0;
        for (uint256 i = 0; i < all.length; i++) {
            if (_said[all[i]].type_ != DelegationType.NONE) found[next++] = _said[all[i]];
        }
    }

    function _count(bytes32[] storage all) private view returns (uint256 standing) {
        for (uint256 i = 0; i < all.length; i++) {
            if (_said[all[i]].type_ != DelegationType.NONE) standing++;
        }
    }
}
