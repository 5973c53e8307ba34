using System.Buffers.Binary;
using System.Text;

namespace Attention.Tool.Onnx;

/// <summary>The fields of a protobuf message, one after the other, without copying: https://protobuf.dev/programming-guides/encoding.</summary>
internal ref struct ProtobufReader(ReadOnlyMemory<byte> message)
{
    private int _at;
    private int _wire;

    /// <summary>The number of the field that is read.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field, whose value is to be read or skipped; false behind the last.</summary>
    /// <exception cref="InvalidDataException">What follows is no field.</exception>
    public bool Next()
    {
        if (_at == message.Length)
            return false;
        ulong key = Varint();
        (Field, _wire) = (checked((int)(key >> 3)), (int)(key & 7));
        return Field > 0 ? true : throw Wrong();
    }

    public long Int() => _wire == 0 ? (long)Varint() : throw Wrong();

    public float Float() => _wire == 5 ? BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)).Span) : throw Wrong();

    public string Text() => Encoding.UTF8.GetString(Bytes().Span);

    /// <summary>The bytes of a message, a text, or packed numbers.</summary>
    public ReadOnlyMemory<byte> Bytes() => _wire == 2 ? Take(Varint()) : throw Wrong();

    /// <summary>Adds numbers of this field, which may be one or many in one piece.</summary>
    public void Ints(List<long> to)
    {
        if (_wire != 2)
        {
            to.Add(Int());
            return;
        }

        var packed = new ProtobufReader(Bytes());
        while (packed._at < packed.Length)
            to.Add((long)packed.Varint());
    }

    /// <summary>Adds the bytes of numbers of fixed size, one or many in one piece.</summary>
    public void Fixed(MemoryStream to) => to.Write((_wire == 2 ? Bytes() : Take(_wire switch { 1 => 8ul, 5 => 4ul, _ => throw Wrong() })).Span);

    public void Skip()
    {
        _ = _wire switch
        {
            0 => (int)(Varint() & 1),
            1 => Take(8).Length,
            2 => Bytes().Length,
            5 => Take(4).Length,
            _ => throw Wrong(),
        };
    }

    private readonly int Length => message.Length;

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1).Span[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw Wrong();
    }

    private ReadOnlyMemory<byte> Take(ulong count)
    {
        if (count > (ulong)(message.Length - _at))
            throw new InvalidDataException("it is cut short");
        ReadOnlyMemory<byte> taken = message.Slice(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    private readonly InvalidDataException Wrong() => new($"its bytes are none at {_at}");
}
