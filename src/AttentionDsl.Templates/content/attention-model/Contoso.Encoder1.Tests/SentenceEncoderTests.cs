using Contoso.Encoder1.Models;
using Xunit;

namespace Contoso.Encoder1.Tests;

public sealed class SentenceEncoderTests
{
    [Fact]
    public void A_sentence_is_a_vector_of_length_1_and_always_the_same()
    {
        using SentenceEncoder model = SentenceEncoder.Load(Path.Combine(AppContext.BaseDirectory, "model.safetensors"));
        using SentenceEncoder.Session session = model.CreateSession();
        float[] first = session.Forward([2, 17, 8, 3]).ToArray();
        Assert.Equal(1, first.Sum(value => value * value), tolerance: 1e-5);
        session.Forward([5]);
        Assert.Equal(first, session.Forward([2, 17, 8, 3]).ToArray());
    }
}
