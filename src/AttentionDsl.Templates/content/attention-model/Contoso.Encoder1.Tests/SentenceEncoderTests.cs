using Attention.Text;
using Contoso.Encoder1.Models;
using Xunit;

namespace Contoso.Encoder1.Tests;

public sealed class SentenceEncoderTests
{
    [Fact]
    public void A_sentence_is_a_vector_of_length_1_and_always_the_same()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "model");
        using SentenceEncoder model = SentenceEncoder.Load(folder);
        using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder);
        float[] first = embedder.Embed("how are threads shared");
        Assert.Equal(1, first.Sum(value => value * value), tolerance: 1e-5);
        Assert.NotEqual(first, embedder.Embed("the sun is warm"));
        Assert.Equal(first, embedder.Embed("how are threads shared"));
    }
}
