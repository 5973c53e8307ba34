using Attention.Text;

namespace Attention.Accuracy.Float32;

/// <summary>The models of one level, which the project declares beside a copy of this class.</summary>
internal sealed class Level : ILevel
{
    public TextEmbedder OpenMiniLm(string folder)
    {
        MiniLm model = MiniLm.Load(folder);
        return TextEmbedder.Of(model.CreateSession, folder, owned: model);
    }

    public TextEmbedder OpenUseLite(string folder, Tokenizer tokenizer)
    {
        UseLite model = UseLite.Load(Path.Combine(folder, "model.safetensors"));
        return TextEmbedder.Of(model.CreateSession, folder, new() { Tokenizer = tokenizer }, model);
    }

    public Decoding OpenPronouncer(string path)
    {
        using Pronouncer model = Pronouncer.Load(path);
        Pronouncer.Session session = model.CreateSession();
        return new(session, session.Spelling, session.Phonemes);
    }

    public Decoding OpenBartG2P(string path)
    {
        using BartG2P model = BartG2P.Load(path);
        BartG2P.Session session = model.CreateSession();
        return new(session, session.Letters, session.Phonemes);
    }

    public Decoding OpenStoryteller(string path)
    {
        using Storyteller model = Storyteller.Load(path);
        Storyteller.Session session = model.CreateSession();
        return new(session, null, session);
    }

    public Classifier OpenMnistVit(string path)
    {
        using MnistVit model = MnistVit.Load(path);
        MnistVit.Session session = model.CreateSession();
        return new(session, image => session.Forward(image).ToArray());
    }
}
