using System.Buffers.Binary;
using System.Text;

namespace Attention.Text;

/// <summary>
/// Reads a message of Protocol Buffers' wire format field by field. Whatever is not well formed is an <see cref="InvalidDataException"/>
/// that names the file, the message and the byte.
/// </summary>
internal ref struct ProtoReader
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _data;
    private readonly string _file, _message;
    private readonly int _origin;
    private int _at, _wire;

    public ProtoReader(ReadOnlySpan<byte> data, string file, string message, int origin = 0)
    {
        _data = data;
        (_file, _message, _origin) = (file, message, origin);
    }

    /// <summary>The number of the field that was come to last.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field; false at the end. Its value must then be read or skipped.</summary>
    public bool Next()
    {
        if (_at == _data.Length) return false;
        ulong tag = Varint();
        _wire = (int)(tag & 7);
        if (tag >> 3 is 0 or > 0x1FFFFFFF) throw Error($"expected a field's number from 1 to 536870911, found {tag >> 3}");
        Field = (int)(tag >> 3);
        return true;
    }

    public bool Bool()
    {
        Expect(0);
        return Varint() != 0;
    }

    public int Int()
    {
        Expect(0);
        return (int)Varint();
    }

    public float Float()
    {
        Expect(5);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
    }

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(2);
        ulong length = Varint();
        return length <= int.MaxValue ? Take((int)length) : throw Error($"a length of {length} is beyond the message's end");
    }

    public string String()
    {
        ReadOnlySpan<byte> bytes = Bytes();
        return System.Text.Unicode.Utf8.IsValid(bytes) ? _strict.GetString(bytes) : throw Error("a string is not UTF-8");
    }

    /// <summary>The message that is this field's value.</summary>
    public ProtoReader Message(string name)
    {
        ReadOnlySpan<byte> bytes = Bytes();
        return new(bytes, _file, name, _origin + _at - bytes.Length);
    }

    /// <summary>Goes past a value that is of no concern.</summary>
    public void Skip()
    {
        switch (_wire)
        {
            case 0: Varint(); break;
            case 1: Take(8); break;
            case 2: Bytes(); break;
            case 5: Take(4); break;
            default: throw Error($"wire type {_wire} is none that is known");
        }
    }

    /// <summary>An error at this place.</summary>
    public readonly InvalidDataException Error(string message) => new($"{_file}: {_message}, field {Field}, before byte {_origin + _at}: {message}.");

    private readonly void Expect(int wire)
    {
        if (_wire != wire) throw Error($"expected wire type {wire}, found {_wire}");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _data.Length - _at) throw Error($"expected {length} bytes, found the message's end after {_data.Length - _at}");
        _at += length;
        return _data.Slice(_at - length, length);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw Error("a number is longer than 10 bytes");
    }
}
